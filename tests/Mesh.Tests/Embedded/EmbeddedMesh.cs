using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Skipper.Standalone;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>All services in this process, over the in-process transport and SQLite.</summary>
public sealed class EmbeddedMesh : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private WebApplication _app = null!;

    internal MeshClient Client { get; private set; } = null!;

    internal Uri Address => new(_app.Urls.First());

    public async ValueTask InitializeAsync()
    {
        _app = StandaloneMesh.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(_storage.Settings);
            builder.Configuration["Skipper:Serving:Drift:FlushSeconds"] = "0.2";
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
        });
        await _app.StartAsync();
        Client = new MeshClient(Address);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
    }
}
