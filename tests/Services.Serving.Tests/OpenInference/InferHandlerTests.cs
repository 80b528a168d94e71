using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Skipper.Services.Serving.OpenInference;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.OpenInference;

/// <summary>Requests for the sample model: price = 100 version + 3 (rm - 6) / 2 + 2 (rad - 10) / 5, ptratio = 20 - (rm - 6) / 2.</summary>
public sealed class InferHandlerTests : IAsyncLifetime
{
    private const string Rm = """{"name":"rm","shape":[2],"datatype":"FP64","data":[6,8]}""";

    private readonly TestStorage _storage = TestStorage.Sqlite();
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, new FakeTrainingService());
        await _host.RegisterAsync("housing", 1, Token);
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 2, Token), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_tensor_for_each_feature_is_answered_with_a_tensor_for_each_output()
    {
        var answer = await InferAsync(
            $$"""
            {"task_type":"infer","model":"housing","id":"42",
             "inputs":[{"name":"rad","shape":[2,1],"datatype":"INT32","data":[[10],[15]]},{{Rm}}]}
            """);

        Assert.Equal(["model_name", "model_version", "id", "outputs"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("housing", "2", "42"), (Text(answer, "model_name"), Text(answer, "model_version"), Text(answer, "id")));
        var outputs = answer.GetProperty("outputs");
        Assert.Equal(["price", "ptratio"], outputs.EnumerateArray().Select(output => Text(output, "name")));
        Assert.All(outputs.EnumerateArray(), output => Assert.Equal(("FP64", "[2,1]"), (Text(output, "datatype"), Raw(output, "shape"))));
        Assert.Equal([200.0, 205], Data(answer, 0));
        Assert.Equal([20.0, 19], Data(answer, 1));
    }

    [Theory]
    [InlineData("""{"name":"input-0","shape":[2,2],"datatype":"FP32","data":[6,10,8,15]}""")]
    [InlineData("""{"data":[[6,10],[8,15]],"datatype":"UINT8","shape":[2,2],"name":"input-0"}""")]
    [InlineData("""{"name":"X","shape":[2,2],"datatype":"FP16","parameters":{"content_type":"np"},"data":[6.0,10,8,15e0]}""")]
    public async Task One_tensor_may_hold_all_features_flat_or_nested(string input)
    {
        var answer = await InferAsync($$"""{"inputs":[{{input}}],"model":"housing@1","outputs":[{"name":"price"}]}""");

        Assert.Equal([100.0, 105], Data(answer, 0));
        Assert.Equal("1", Text(answer, "model_version"));
        Assert.Single(answer.GetProperty("outputs").EnumerateArray());
        Assert.False(answer.TryGetProperty("id", out _));
    }

    [Theory]
    [InlineData("BOOL", "[false,true]", 2)]
    [InlineData("UINT8", "[0,255]", 2)]
    [InlineData("INT8", "[-128,127]", 2)]
    [InlineData("UINT16", "[0,65535]", 4)]
    [InlineData("INT16", "[-32768,32767]", 4)]
    [InlineData("UINT32", "[0,4294967295]", 8)]
    [InlineData("INT32", "[-2147483648,2147483647]", 8)]
    [InlineData("UINT64", "[0,9007199254740992]", 16)]
    [InlineData("INT64", "[-9007199254740992,9007199254740992]", 16)]
    [InlineData("FP16", "[0.1,-65504]", 4)]
    [InlineData("FP32", "[0.1,1e30]", 8)]
    [InlineData("FP64", "[0.1,-1e300]", 16)]
    public async Task Json_and_binary_tensors_of_every_datatype_give_the_same_bits(string datatype, string data, int size)
    {
        var bytes = Binary(datatype, data);
        Assert.Equal(size, bytes.Length);
        const string rad = """{"name":"rad","shape":[2],"datatype":"INT64","data":[1,2]}""";

        var json = await InferAsync(
            $$"""{"inputs":[{"name":"rm","shape":[2],"datatype":"{{datatype}}","data":{{data}}},{{rad}}]}""");
        var binary = await InferAsync(
            $$"""
            {"binary":"{{Convert.ToBase64String(bytes)}}","parameters":{"binary_data_output":true},"inputs":[
              {"name":"rm","shape":[2],"datatype":"{{datatype}}","parameters":{"binary_data_size":{{size}} } },{{rad}}]}
            """);

        Assert.All(binary.GetProperty("outputs").EnumerateArray(), output =>
        {
            Assert.False(output.TryGetProperty("data", out _));
            Assert.Equal(16, output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        });
        Assert.Equal("binary", binary.EnumerateObject().First().Name);
        var bits = MemoryMarshal.Cast<byte, double>(binary.GetProperty("binary").GetBytesFromBase64()).ToArray();
        Assert.Equal([.. Data(json, 0), .. Data(json, 1)], bits);
    }

    [Fact]
    public async Task Each_output_may_say_whether_it_is_binary()
    {
        var answer = await InferAsync(
            """
            {"parameters":{"binary_data_output":true,"priority":1,"note":"x"},
             "inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[8,15]}],
             "outputs":[{"name":"ptratio"},{"name":"price","parameters":{"binary_data":false}}]}
            """);

        Assert.Equal(19.0, MemoryMarshal.Read<double>(answer.GetProperty("binary").GetBytesFromBase64()));
        Assert.Equal([205.0], Data(answer, 1));
    }

    [Fact]
    public async Task A_tensor_without_rows_is_answered_without_rows()
    {
        var answer = await InferAsync("""{"inputs":[{"name":"x","shape":[0,2],"datatype":"FP64","data":[]}]}""");

        Assert.Equal("[0,1]", Raw(answer.GetProperty("outputs")[0], "shape"));
        Assert.Empty(Data(answer, 0));
    }

    [Theory]
    [InlineData("housing@9", ErrorCode.NotFound)]
    [InlineData("houses", ErrorCode.NotFound)]
    [InlineData("a@b@c", ErrorCode.InvalidArgument)]
    public async Task An_unknown_model_is_refused(string model, ErrorCode code)
    {
        var request = $$"""{"model":"{{model}}","inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[8,15]}]}""";

        Assert.Equal(code, (await Assert.ThrowsAsync<MeshException>(() => InferAsync(request))).Code);
    }

    [Fact]
    public async Task A_model_is_described_by_its_signature()
    {
        var tensors = await _host.Get<DescribeTensorsHandler>().HandleAsync(
            new DescribeTensors { Data = new ServedModelName { Model = "housing@1" } }, Samples.Context, Token);

        Assert.Equal(("housing", "skipper_linear"), (tensors.Name, tensors.Platform));
        Assert.Equal(["1", "2"], tensors.Versions);
        Assert.Equal(
            [("rm", "FP64", "-1,1"), ("rad", "INT64", "-1,1"), ("price", "FP64", "-1,1"), ("ptratio", "FP64", "-1,1")],
            tensors.Inputs.Concat(tensors.Outputs).Select(t => (t.Name, t.Datatype, string.Join(',', t.Shape))));
    }

    private async Task<JsonElement> InferAsync(string request)
    {
        var reply = await _host.Get<InferHandler>().HandleAsync(new RawJson(Encoding.UTF8.GetBytes(request)), Samples.Context, Token);
        return JsonDocument.Parse(reply.Utf8).RootElement;
    }

    private static double[] Data(JsonElement answer, int output) => [.. answer.GetProperty("outputs")[output].GetProperty("data")
        .EnumerateArray().Select(value => value.GetDouble())];

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();

    private static string Raw(JsonElement json, string member) => json.GetProperty(member).GetRawText();

    /// <summary>What a client would send for the same values.</summary>
    private static byte[] Binary(string datatype, string data) => datatype switch
    {
        "BOOL" => [.. JsonSerializer.Deserialize<bool[]>(data)!.Select(value => (byte)(value ? 1 : 0))],
        "UINT8" => Bytes<byte>(data),
        "INT8" => Bytes<sbyte>(data),
        "UINT16" => Bytes<ushort>(data),
        "INT16" => Bytes<short>(data),
        "UINT32" => Bytes<uint>(data),
        "INT32" => Bytes<int>(data),
        "UINT64" => Bytes<ulong>(data),
        "INT64" => Bytes<long>(data),
        "FP16" => [.. JsonSerializer.Deserialize<double[]>(data)!.SelectMany(value => BitConverter.GetBytes((Half)value))],
        "FP32" => Bytes<float>(data),
        _ => Bytes<double>(data),
    };

    private static byte[] Bytes<T>(string data)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(data.Trim('[', ']').Split(',').Select(Element<T>).ToArray().AsSpan()).ToArray();

    // Read one by one, because an array of bytes is text in JSON.
    private static T Element<T>(string text) => JsonSerializer.Deserialize<T>(text)!;
}
