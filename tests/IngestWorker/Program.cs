using System.Text.Json;
using Skipper.Services.Data;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

// The data service in a process that a test can kill: ingests one source, or imports one file as a dataset, says what it did, and ends.
var builder = Host.CreateApplicationBuilder();
builder.Configuration["Skipper:Messaging:Transport"] = "inprocess";
builder.AddDataService();
using var host = builder.Build();
await host.StartAsync();
Console.WriteLine("started");
var rpc = host.Services.GetRequiredService<IRpcClient>();
var timeout = TimeSpan.FromMinutes(10);
object done = args[0] == "import"
    ? await rpc.CallAsync(
        new ImportDataset { Data = new ImportDataset.ImportSource { Name = args[1], Artifact = args[2] } }, timeout, CancellationToken.None)
    : await rpc.CallAsync(
        new IngestSource { Data = new IngestSource.Ingestion { Source = args[0], Artifact = args.ElementAtOrDefault(1) } },
        timeout,
        CancellationToken.None);
Console.WriteLine($"ingested {JsonSerializer.Serialize(done, MessageJson.Options)}");
await host.StopAsync();
