namespace Skipper.Cli.Tests.Verbs;

/// <summary>A mesh with a dataset and a model <c>lines</c>: y = 3 a - 2 b + 1, both made from the command line.</summary>
public sealed class LinesMesh : IAsyncLifetime
{
    public const int Rows = 60;

    private readonly SkipperMesh _mesh = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("skipper-cli-").FullName;

    /// <summary>The file that was imported: columns a, b and y.</summary>
    public string Csv => PathOf("lines.csv");

    internal Outcome Imported { get; private set; } = null!;

    internal Outcome Trained { get; private set; } = null!;

    internal string Url => _mesh.Url;

    public string PathOf(string name) => Path.Combine(Folder, name);

    public async ValueTask InitializeAsync()
    {
        await _mesh.InitializeAsync();
        var rows = Enumerable.Range(0, Rows).Select(i => $"{i},{i % 7},{(3 * i) - (2 * (i % 7)) + 1}");
        await File.WriteAllTextAsync(Csv, $"a,b,y\n{string.Join('\n', rows)}\n");
        Imported = await RunAsync("datasets", "import", "lines", Csv);
        Trained = await TrainAsync("lines", "1e-9");
    }

    public async ValueTask DisposeAsync()
    {
        await _mesh.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    internal Task<Outcome> RunAsync(params string[] arguments) => _mesh.RunAsync(arguments);

    internal Task<Outcome> TrainAsync(string model, string ridge) => RunAsync(
        "submit", "training", "--payload", "0.2", "--set", "dataset=lines", "--set", $"model={model}", "--set", "targets=[\"y\"]",
        "--set", "engine=linear", "--set", $"parameters.ridge={ridge}", "--watch");

    internal Task<Outcome> PipeAsync(string input, params string[] arguments) =>
        Outcome.OfAsync([.. arguments, "--url", Url], input, []);
}
