using System.Text.Json;
using Skipper.Services.Data;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

// The data service in a process that a test can kill: ingests one source, says what it did, and ends.
var builder = Host.CreateApplicationBuilder();
builder.Configuration["Skipper:Messaging:Transport"] = "inprocess";
builder.AddDataService();
using var host = builder.Build();
await host.StartAsync();
Console.WriteLine("started");
var run = await host.Services.GetRequiredService<IRpcClient>().CallAsync(
    new IngestSource
    {
        Data = new IngestSource.Ingestion { Source = args[0], Artifact = args.ElementAtOrDefault(1) },
    },
    TimeSpan.FromMinutes(10),
    CancellationToken.None);
Console.WriteLine($"ingested {JsonSerializer.Serialize(run, MessageJson.Options)}");
await host.StopAsync();
