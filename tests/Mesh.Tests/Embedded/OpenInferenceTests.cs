using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>A client of the Open Inference Protocol that knows nothing of Skipper: curl, and every example of the specification.</summary>
public sealed class OpenInferenceTests(EmbeddedMesh mesh) : IClassFixture<EmbeddedMesh>
{
    private const string Model = "oip-lines";
    private const string HeaderLength = "Inference-Header-Content-Length";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_example_of_the_specification_is_answered_as_it_says()
    {
        if (Environment.GetEnvironmentVariable("CI") is null && !(HasProgram("bash") && HasProgram("curl")))
        {
            Assert.Skip("bash or curl is not installed");
        }

        await TrainAsync();
        await using var client = ChildProcess.Start(
            "bash", [SampleFile.Find("oip/examples.sh"), mesh.Address.ToString().TrimEnd('/'), Model], new Dictionary<string, string?>());
        var code = await client.WaitForExitAsync(Token);

        Assert.True(code == 0, client.Output);
        Assert.True(client.Lines.Count(line => line.StartsWith("ok ", StringComparison.Ordinal)) > 45, client.Output);
    }

    [Fact]
    public async Task Megabytes_of_binary_tensors_pass_both_ways()
    {
        const int rows = 100_000;
        await TrainAsync();
        var json = Encoding.UTF8.GetBytes(
            $$$"""
            {"parameters":{"binary_data_output":true},
             "inputs":[{"name":"x","shape":[{{{rows}}},2],"datatype":"INT32","parameters":{"binary_data_size":{{{rows * 8}}}}}]}
            """);
        int[] values = [.. Enumerable.Range(0, rows).SelectMany(i => (int[])[i % 100, i % 7])];
        using var http = new HttpClient { BaseAddress = mesh.Address };
        using var content = new ByteArrayContent([.. json, .. MemoryMarshal.AsBytes(values.AsSpan())]);
        content.Headers.Add(HeaderLength, $"{json.Length}");
        using var response = await http.PostAsync(new Uri($"/v2/models/{Model}/infer", UriKind.Relative), content, Token);

        var body = await response.Content.ReadAsByteArrayAsync(Token);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        var start = int.Parse(response.Headers.GetValues(HeaderLength).Single(), CultureInfo.InvariantCulture);
        var found = MemoryMarshal.Cast<byte, double>(body.AsSpan(start)).ToArray();
        Assert.Equal(Enumerable.Range(0, rows).Select(i => (3.0 * (i % 100)) - (2 * (i % 7)) + 1), found.Select(y => Math.Round(y, 1)));
    }

    /// <summary>y = 3 a - 2 b + 1, also where it is trained already.</summary>
    private async Task TrainAsync()
    {
        if ((await mesh.Client.GetAsync($"/v2/models/{Model}/ready")).Status == HttpStatusCode.OK)
        {
            return;
        }

        var rows = Enumerable.Range(0, 60).Select(i => $"{i},{i % 7},{(3 * i) - (2 * (i % 7)) + 1}");
        using var http = new HttpClient { BaseAddress = mesh.Address };
        using var csv = new StringContent($"a,b,y\n{string.Join('\n', rows)}\n", Encoding.UTF8, "text/csv");
        using var uploaded = await http.PostAsync(new Uri($"/api/v1/skipper/datasets/{Model}", UriKind.Relative), csv, Token);
        Assert.Equal(HttpStatusCode.Created, uploaded.StatusCode);
        var done = await mesh.Client.FollowAsync(await mesh.Client.ExecuteAsyncAsync(
            $$$"""{"task_type":"training","payload":"0.2","data":{"dataset":"{{{Model}}}","targets":["y"],"engine":"linear"}}"""));
        Assert.Equal("Success", MeshClient.Text(done, "task_status"));
        await Eventually.TrueAsync(
            async () => (await mesh.Client.GetAsync($"/v2/models/{Model}/ready")).Status == HttpStatusCode.OK, "it is served", Token);
    }

    private static bool HasProgram(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));
}
