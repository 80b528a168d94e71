using Npgsql;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Distributed;

/// <summary>The accounts of <c>deploy/roles</c>, on servers of a test's own.</summary>
internal static class LeastRights
{
    private const string Password = "example-of-a-test";

    /// <summary>Runs the scripts as an operator would.</summary>
    public static async Task GrantAsync(PrivateServers servers, CancellationToken cancellationToken)
    {
        var folder = FindFolder();
        var environment = new Dictionary<string, string?>(servers.Environment);
        foreach (var service in new[] { "GATEWAY", "DATA", "TRAINING", "SERVING" })
        {
            environment[$"{service}_PASSWORD"] = Password;
        }

        await RunAsync(
            "bash", [Path.Combine(folder, "rabbitmq.sh"), "bash", Path.Combine(folder, "../../eng/servers.sh"), "broker-ctl"], environment, cancellationToken);

        var owner = new NpgsqlConnectionStringBuilder(servers.Environment["ConnectionStrings__Skipper"]);
        environment["PGPASSWORD"] = owner.Password;
        await RunAsync(
            "psql",
            [
                "-X", "-q", "-h", owner.Host!, "-p", $"{owner.Port}", "-U", owner.Username!, "-d", owner.Database!, "-o", "/dev/null",
                .. new[] { "gateway", "data", "training", "serving" }.SelectMany(service => new[] { "-v", $"{service}={Password}" }),
                "-f", Path.Combine(folder, "postgres.sql"),
            ],
            environment,
            cancellationToken);
    }

    /// <summary>The configuration of a service with its own accounts.</summary>
    public static IReadOnlyDictionary<string, string?> Of(string project, IReadOnlyDictionary<string, string?> servers)
    {
        var account = $"skipper_{project.Split('.')[^1].ToLowerInvariant()}";
        return new Dictionary<string, string?>(servers)
        {
            ["RABBITMQ_USER"] = account,
            ["RABBITMQ_PASSWORD"] = Password,
            ["ConnectionStrings__Skipper"] = new NpgsqlConnectionStringBuilder(servers["ConnectionStrings__Skipper"])
            {
                Username = account,
                Password = Password,
            }.ConnectionString,
        };
    }

    private static async Task RunAsync(
        string program, string[] arguments, Dictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        await using var process = ChildProcess.Start(program, arguments, environment);
        var code = await process.WaitForExitAsync(cancellationToken);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{process.Output}");
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "deploy", "roles");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new InvalidOperationException($"Found no deploy/roles above {AppContext.BaseDirectory}.");
    }
}
