using System.Text;
using Skipper.Services.Serving.OpenInference;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.OpenInference;

/// <summary>What people send by mistake, or on purpose; the model of <see cref="Samples"/> wants rm and rad.</summary>
public sealed class InferErrorTests
{
    private const string Rad = """{"name":"rad","shape":[2],"datatype":"INT64","data":[1,2]}""";

    [Theory]
    [InlineData("[]", "The request must be an object, found an array.")]
    [InlineData("{}", "Expected inputs, such as")]
    [InlineData("""{"inputs":[]}""", "Expected inputs, such as")]
    [InlineData("""{"inputs":{}}""", "Inputs must be an array, found an object.")]
    [InlineData("""{"inputs":[1]}""", "Each of inputs must be an object, found another number.")]
    [InlineData("""{"inputs":[{"shape":[1]}]}""", "Each of inputs must have a name.")]
    [InlineData("""{"id":7,"inputs":[]}""", "Id must be text, found another number.")]
    [InlineData("""{"parameters":[],"inputs":[]}""", "Parameters must be an object, found an array.")]
    [InlineData("""{"parameters":{"a":[1]},"inputs":[]}""", "Parameter 'a' must be text, a number, true or false.")]
    [InlineData("""{"parameters":{"priority":-1},"inputs":[]}""", "Priority must be a whole number from 0, found another number.")]
    [InlineData("""{"parameters":{"binary_data_output":1},"inputs":[]}""", "Binary_data_output must be true or false, found another number.")]
    [InlineData("""{"binary":"?","inputs":[]}""", "binary must be text in base64.")]
    [InlineData("""{"inputs":[{"name":"\ud800"}]}""", "The request has text that is not valid Unicode")]
    [InlineData("""{"inputs":[1""", "The request is not valid JSON")]
    public void A_request_that_is_none_is_refused(string request, string reason) => IsRefused(request, reason);

    [Theory]
    [InlineData("""{"name":"rm","datatype":"FP64","data":[1,2]}""", "Input 'rm' has no shape.")]
    [InlineData("""{"name":"rm","shape":[2],"data":[1,2]}""", "Input 'rm' has no datatype.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP64"}""", "Input 'rm' has no data.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"fp64","data":[1,2]}""", "Input 'rm' has an unknown datatype; known are BOOL, UINT8,")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP64","data":1}""", "The data of an input must be an array.")]
    [InlineData("""{"name":"rm","shape":[-2],"datatype":"FP64","data":[1,2]}""", "Each dimension of a shape must be a whole number from 0, found another number.")]
    [InlineData("""{"name":"rm","shape":[],"datatype":"FP64","data":[1,2]}""", "Input 'rm' has shape []; expected [rows] or [rows, columns].")]
    [InlineData("""{"name":"rm","shape":[2000000000,0],"datatype":"FP64","data":[]}""", "has shape [2000000000, 0]; expected")]
    [InlineData("""{"name":"rm","shape":[4294967296,4294967296],"datatype":"FP64","data":[]}""", "has shape [4294967296, 4294967296]; expected")]
    [InlineData("""{"name":"rm","shape":[2000000000],"datatype":"FP64","data":[1]}""", "which is 2000000000 elements, and fewer in its data.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP64","data":[1]}""", "which is 2 elements, and fewer in its data.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP64","data":[1,2,3]}""", "which is 2 elements, and more in its data.")]
    [InlineData("""{"name":"rm","shape":[2,2],"datatype":"FP64","data":[[1,2,3],[4]]}""", "neither flat nor nested like its shape [2, 2].")]
    [InlineData("""{"name":"rm","shape":[2,2],"datatype":"FP64","data":[1,[2,3],4]}""", "neither flat nor nested like its shape [2, 2].")]
    [InlineData("""{"name":"rm","shape":[2,2],"datatype":"FP64","data":[[1,2],3,4]}""", "neither flat nor nested like its shape [2, 2].")]
    [InlineData("""{"name":"rm","shape":[2,2],"datatype":"FP64","data":[[[1,2],[3,4]]]}""", "neither flat nor nested like its shape [2, 2].")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP64","data":[{},2]}""", "Input 'rm' has an object in its data.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP64","data":[1,"2"]}""", "that is no FP64: element 1 of its data is \"2\".")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP64","data":[1,1e999]}""", "that is no FP64: element 1 of its data is 1e999.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP32","data":[1,1e39]}""", "that is no FP32: element 1 of its data is 1e39.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP16","data":[65536,1]}""", "that is no FP16: element 0 of its data is 65536.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"UINT8","data":[256,1]}""", "that is no UINT8: element 0 of its data is 256.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"INT32","data":[1.5,1]}""", "that is no INT32: element 0 of its data is 1.5.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"BOOL","data":[2,true]}""", "that is no BOOL: element 0 of its data is 2.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"INT8","data":[true,1]}""", "that is no INT8: element 0 of its data is true.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"BYTES","data":[1,"a"]}""", "that is no BYTES: element 0 of its data is 1.")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP64","data":[1,2],"parameters":{"binary_data_size":16}}""", "both data and binary_data_size")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP64","parameters":{"binary_data_size":16}}""", "has 16 bytes of binary data, of which 0 came;")]
    [InlineData("""{"name":"rm","shape":[3],"datatype":"FP64","data":[1,2,3]}""", "Inputs must have the same number of rows")]
    public void A_tensor_that_is_none_is_refused(string input, string reason) => IsRefused($$"""{"inputs":[{{input}},{{Rad}}]}""", reason);

    [Theory]
    [InlineData("FP64", 15, "[2] of FP64, which is 16 bytes, and 15 bytes of data.")]
    [InlineData("BYTES", 7, "its 7 bytes of data end before the last;")]
    [InlineData("BYTES", 12, "Input 'rm' has 4 bytes of data after its 2 elements.")]
    public void Binary_data_of_another_length_is_refused(string datatype, int size, string reason) =>
        IsRefused(Binary(datatype, new byte[size], size), reason);

    [Theory]
    [InlineData("BOOL", "0102", "byte 1 of its data is 2, not 0 or 1.")]
    [InlineData("BYTES", "01000000FF00000000", "has a text that is not valid UTF-8: element 0.")]
    [InlineData("BYTES", "FFFFFFFF00000000", "end before the last;")]
    public void Binary_data_that_is_not_of_its_datatype_is_refused(string datatype, string bytes, string reason) =>
        IsRefused(Binary(datatype, Convert.FromHexString(bytes), bytes.Length / 2), reason);

    [Fact]
    public void Binary_data_that_belongs_to_no_input_is_refused() =>
        IsRefused(Binary("BOOL", new byte[3], 2), "The binary data has 1 bytes more than the inputs say in binary_data_size.");

    [Theory]
    [InlineData("""{"name":"x","shape":[2,3],"datatype":"FP64","data":[1,2,3,4,5,6]}""", "has shape [2, 3]; expected [rows, 2], one column for each of rm, rad,")]
    [InlineData("""{"name":"x","shape":[2],"datatype":"FP64","data":[1,2]}""", "has shape [2]; expected [rows, 2]")]
    [InlineData("""{"name":"x","shape":[1,1,2],"datatype":"FP64","data":[1,2]}""", "has shape [1, 1, 2]; expected [rows, 2]")]
    [InlineData("""{"name":"rm","shape":[2],"datatype":"FP64","data":[1,2]}""", "Input 'rad' is missing; expected one input for each of rm, rad.")]
    [InlineData(Rad + """,{"name":"rn","shape":[2],"datatype":"FP64","data":[1,2]}""", "Input 'rn' is not known to this model; did you mean 'rm'?")]
    [InlineData(Rad + "," + Rad, "Input 'rad' is there twice.")]
    [InlineData(Rad + """,{"name":"rm","shape":[2,2],"datatype":"FP64","data":[1,2,3,4]}""", "expected [rows] or [rows, 1], as it is one column.")]
    [InlineData("""{"name":"x","shape":[2,2],"datatype":"FP64","data":[1,2,3,null]}""", "Row 1: Column 'rad' must be a number, found null;")]
    [InlineData("""{"name":"x","shape":[2,2],"datatype":"FP64","data":[1,2,3,4.5]}""", "Row 1: Column 'rad' must be a whole number, found 4.5.")]
    [InlineData("""{"name":"x","shape":[1,2],"datatype":"BYTES","data":["a","b"]}""", "Row 0: Column 'rm' must be a number, found the text \"a\";")]
    public async Task Tensors_that_the_model_does_not_take_are_refused(string inputs, string reason)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => PredictAsync($$"""{"inputs":[{{inputs}}]}"""));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"name":"Price"}]""", "Output 'Price' is not known to this model; it has price, ptratio.")]
    [InlineData("""[{"name":"price"},{"name":"price"}]""", "Output 'price' is wanted twice.")]
    [InlineData("""[{}]""", "Each of outputs must have a name.")]
    public async Task Outputs_that_the_model_does_not_have_are_refused(string outputs, string reason)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => PredictAsync(
            $$"""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,2]}],"outputs":{{outputs}}}"""));

        Assert.Equal((ErrorCode.InvalidArgument, reason), (error.Code, error.Message));
    }

    [Fact]
    public void Missing_and_infinite_numbers_of_a_binary_tensor_are_refused()
    {
        double[] values = [double.NaN, double.PositiveInfinity];
        byte[] bytes = [.. values.SelectMany(BitConverter.GetBytes)];

        Assert.Contains("found null", Refusal(bytes, 0), StringComparison.Ordinal);
        Assert.Contains("must be a finite number", Refusal([.. bytes.Skip(8), .. bytes.Take(8)], 0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_would_take_memory_out_of_proportion_are_refused()
    {
        var zeros = Convert.ToBase64String(new byte[9_000_000]);
        const string rm = """{"name":"rm","shape":[9000000],"datatype":"BOOL","parameters":{"binary_data_size":9000000}}""";
        var error = await Assert.ThrowsAsync<MeshException>(() => PredictAsync($$"""{"binary":"{{zeros}}","inputs":[{{rm}}]}"""));

        Assert.Equal("9000000 rows of 2 columns are too many for one request; send at most 8388608.", error.Message);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var error = Assert.Throws<MeshException>(() => InferRequest.Parse(new byte[] { (byte)'"', 0xFF, (byte)'"' }));

        Assert.Equal("The request is not valid UTF-8.", error.Message);
    }

    private static string Refusal(byte[] bytes, int row)
    {
        var rows = new TensorRows(InferRequest.Parse(Encoding.UTF8.GetBytes(Binary("FP64", bytes, 16))));
        var model = Samples.Load();
        var batch = new RowBatch(rows.Count, 2, eachAlone: true);
        rows.Read(model, batch);
        return batch.Error(row)!.Message;
    }

    private static string Binary(string datatype, byte[] bytes, int size) =>
        $$"""
        {"binary":"{{Convert.ToBase64String(bytes)}}","inputs":[
          {"name":"rm","shape":[2],"datatype":"{{datatype}}","parameters":{"binary_data_size":{{size}} } },{{Rad}}]}
        """;

    private static void IsRefused(string request, string reason)
    {
        var error = Assert.Throws<MeshException>(() => new TensorRows(InferRequest.Parse(Encoding.UTF8.GetBytes(request))));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static async Task<RawJson> PredictAsync(string request)
    {
        await using var storage = TestStorage.Sqlite();
        await using var host = new ServingHost(storage, new FakeTrainingService());
        host.Catalog.Add(Samples.Load(), published: true);
        return await host.Get<InferHandler>().HandleAsync(
            new RawJson(Encoding.UTF8.GetBytes(request)), Samples.Context, TestContext.Current.CancellationToken);
    }
}
