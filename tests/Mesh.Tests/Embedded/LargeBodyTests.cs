using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Skipper.Standalone;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>The services share one payload store: with a low threshold every split travels as a reference.</summary>
public sealed class LargeBodyTests : IAsyncLifetime
{
    private const string Split = """{"task_type":"split_dataset","payload":"0.2"}""";

    private readonly TestStorage _storage = TestStorage.Sqlite();
    private WebApplication _app = null!;

    private int StoredPayloads
    {
        get
        {
            var folder = Path.Combine(_storage.Folder, "payloads");
            return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length : 0;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _app = StandaloneMesh.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(_storage.Settings);
            builder.Configuration.AddInMemoryCollection([new("Skipper:Messaging:Payloads:ThresholdBytes", "1024")]);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
        });
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task The_answer_of_a_call_and_the_result_of_a_task_go_through_the_store()
    {
        using var client = new MeshClient(new Uri(_app.Urls.First()));
        var (_, call) = await client.ExecuteSyncAsync(Split);
        Assert.Equal(6, call.GetProperty("result").GetArrayLength());
        var stored = StoredPayloads;
        Assert.NotEqual(0, stored);

        var task = await client.FollowAsync(await client.ExecuteAsyncAsync(Split));

        Assert.Equal("Success", MeshClient.Text(task, "task_status"));
        Assert.Equal(call.GetProperty("result").GetRawText(), task.GetProperty("result").GetRawText());

        // Stored for the result, for longer than for the call.
        Assert.True(StoredPayloads > stored);
    }
}
