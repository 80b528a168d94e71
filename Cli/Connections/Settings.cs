using System.Text.Json;
using Skipper.Cli.Arguments;

namespace Skipper.Cli.Connections;

/// <summary>Where Skipper is and with which key: from options, else the environment, else the configuration file.</summary>
/// <param name="Url">Ends with a slash.</param>
/// <param name="ApiKey">Null = none is sent.</param>
internal sealed record Settings(Uri Url, string? ApiKey)
{
    private const string DefaultUrl = "http://127.0.0.1:8080";
    private static readonly string[] Known = ["url", "api_key"];

    /// <exception cref="UsageException">Something is not as expected.</exception>
    public static Settings Read(CommandLine line, Shell shell)
    {
        var file = ReadFile(line.Option("config"), shell);
        var url = line.Option("url") ?? shell.Variable("SKIPPER_URL") ?? file.GetValueOrDefault("url") ?? DefaultUrl;
        var key = line.Option("api-key") ?? shell.Variable("SKIPPER_API_KEY") ?? file.GetValueOrDefault("api_key");
        if (key?.Any(character => character is <= ' ' or > '~') is true)
        {
            throw new UsageException("The API key must consist of printable ASCII characters without spaces.");
        }

        return Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new Settings(address, key)
            : throw new UsageException($"The address of Skipper must be such as {DefaultUrl}, was '{url}'.");
    }

    /// <summary>Where the configuration is if nobody says otherwise: <c>~/.config/skipper/config.json</c>.</summary>
    public static string DefaultFile(Shell shell) => Path.Combine(
        shell.Variable("XDG_CONFIG_HOME")
            ?? (OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData)
                : Path.Combine(shell.Variable("HOME") ?? "", ".config")),
        "skipper",
        "config.json");

    private static Dictionary<string, string> ReadFile(string? named, Shell shell)
    {
        var path = named ?? DefaultFile(shell);
        if (named is null && !File.Exists(path))
        {
            return [];
        }

        try
        {
            using var file = File.OpenRead(path);
            using var json = JsonDocument.Parse(file);
            return json.RootElement.ValueKind is JsonValueKind.Object
                ? json.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => Text(path, member))
                : throw new UsageException($"{path} must have a JSON object such as {{\"url\": \"{DefaultUrl}\"}}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"The configuration file {path} cannot be read: {exception.Message}");
        }
    }

    private static string Text(string path, JsonProperty member)
    {
        if (!Known.Contains(member.Name))
        {
            throw new UsageException(
                $"{path}: unknown setting '{member.Name}'; known are {string.Join(", ", Known)}.{Guess.Of(member.Name, Known)}");
        }

        return member.Value.ValueKind is JsonValueKind.String
            ? member.Value.GetString()!
            : throw new UsageException($"{path}: {member.Name} must be text, found {member.Value.ValueKind}.");
    }
}
