using System.Text.Json;
using Skipper.Cli.Arguments;
using Skipper.Cli.Connections;
using Skipper.Testing;

namespace Skipper.Cli.Tests.Connections;

/// <summary>Where Skipper is sought, and how a command ends that does not find it.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("skipper-cli-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void An_option_goes_before_the_environment_and_that_before_the_file()
    {
        var file = WriteFile("""{"url": "http://file/", "api_key": "file"}""");
        Assert.Equal(file, Settings.DefaultFile(ShellWith()));
        Assert.Equal(("http://127.0.0.1:8080/", null), Read(Shells.Silent));
        Assert.Equal(("http://file/", "file"), Read(ShellWith()));
        Assert.Equal(("http://environment/", "file"), Read(ShellWith(("SKIPPER_URL", "http://environment"))));
        Assert.Equal(
            ("http://option/api/", "secret"),
            Read(ShellWith(("SKIPPER_URL", "http://environment"), ("SKIPPER_API_KEY", "secret")), "--url", "http://option/api"));
        Assert.Equal(("http://file/", "k"), Read(Shells.Silent, "--config", file, "--api-key", "k"));
    }

    [Theory]
    [InlineData("""{"urls": "http://x"}""", "unknown setting 'urls'", "Did you mean 'url'?")]
    [InlineData("""{"url": 5}""", "url must be text")]
    [InlineData("[]", "must have a JSON object")]
    [InlineData("{", "cannot be read")]
    [InlineData("""{"url": "ftp://x"}""", "was 'ftp://x'")]
    [InlineData("""{"api_key": "two words"}""", "without spaces")]
    public async Task A_configuration_that_is_wrong_is_explained(string text, params string[] reasons)
    {
        var outcome = await Outcome.OfAsync("runs", "--config", WriteFile(text));
        outcome.Failed(ExitCode.Usage, reasons);
    }

    [Fact]
    public async Task A_configuration_file_that_is_named_must_be_there() =>
        (await Outcome.OfAsync("runs", "--config", Path.Combine(_home, "none.json"))).Failed(ExitCode.Usage, "none.json");

    [Fact]
    public async Task Where_nobody_listens_the_address_is_named()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        (await Outcome.OfAsync("runs", "--url", url)).Failed(ExitCode.Unreachable, $"cannot be reached at {url}/", "SKIPPER_URL");
        var json = JsonElement.Parse((await Outcome.OfAsync("runs", "--url", url, "--json")).Error);
        Assert.Equal(("unreachable", 3), (json.GetProperty("code").GetString(), json.GetProperty("exit_code").GetInt32()));
    }

    private static (string Url, string? Key) Read(Shell shell, params string[] options)
    {
        var settings = Settings.Read(CommandLineReader.Read(["runs", .. options], SkipperCommand.Verbs), shell);
        return (settings.Url.AbsoluteUri, settings.ApiKey);
    }

    private Shell ShellWith(params (string Name, string Value)[] variables) => Shells.Silent with
    {
        Variable = name => name == "XDG_CONFIG_HOME" ? _home : variables.FirstOrDefault(variable => variable.Name == name).Value,
    };

    private string WriteFile(string text)
    {
        Directory.CreateDirectory(Path.Combine(_home, "skipper"));
        var path = Path.Combine(_home, "skipper", "config.json");
        File.WriteAllText(path, text);
        return path;
    }
}
