using Skipper.Bench.Audio;
using Skipper.Bench.Consoles;
using Skipper.Bench.Faults;
using Skipper.Bench.Gateways;
using Skipper.Bench.Images;
using Skipper.Bench.Ingest;
using Skipper.Bench.Overload;
using Skipper.Bench.Rpc;
using Skipper.Bench.Running;
using Skipper.Bench.Runs;
using Skipper.Bench.Serving;
using Skipper.Bench.Soak;
using Skipper.Bench.Training;
using Skipper.Bench.Trees;

var benches = new Dictionary<string, Func<Task>>
{
    ["audio"] = AudioBench.RunAsync,
    ["image"] = ImageBench.RunAsync,
    ["rpc"] = RpcBench.RunAsync,
    ["gateway"] = GatewayBench.RunAsync,
    ["overload"] = OverloadBench.RunAsync,
    ["runs"] = RunsBench.RunAsync,
    ["console"] = ConsoleBench.RunAsync,
    ["ingest"] = IngestBench.RunAsync,
    ["train"] = TrainingBench.RunAsync,
    ["serving"] = () => ServingBench.RunAsync(args.ElementAtOrDefault(1)),
    ["faults"] = FaultsBench.RunAsync,
    ["soak"] = SoakBench.RunAsync,
    ["trees"] = TreesBench.RunAsync,
};

if (args is not ([_] or ["serving", "single" or "bundle" or "http"]) || !benches.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine(
        $"Usage: dotnet run -c Release --project bench/Skipper.Bench -- NAME   with NAME one of: {string.Join(", ", benches.Keys)}; "
        + "serving takes one of its parts, too: single, bundle, http");
    return 2;
}

await using var servers = args[0] is "audio" or "image" ? null : await Servers.UseAsync();
await run();
return 0;
