namespace Skipper.Cli.Tests.Connections;

/// <summary>A mesh that wants keys.</summary>
public sealed class KeyTests
{
    [Fact]
    public async Task Without_a_key_or_with_one_of_too_little_scope_a_command_ends_with_its_own_exit_code()
    {
        var mesh = new SkipperMesh();
        await using (mesh)
        {
            await mesh.InitializeAsync();
            var reader = (await mesh.RunAsync("keys", "create", "reader", "--scope", "read")).Done().Out.Trim();
            await mesh.RequireKeysAsync();

            (await mesh.RunAsync("runs")).Failed(ExitCode.Unauthorized, "needs an API key", "SKIPPER_API_KEY");
            (await mesh.RunAsync("runs", "--api-key", "skipper_wrong")).Failed(ExitCode.Unauthorized);
            (await mesh.RunAsync("runs", "--api-key", reader)).Done();
            (await mesh.RunAsync("keys", "--api-key", reader)).Failed(ExitCode.Unauthorized, "scope admin");

            var variables = new Dictionary<string, string> { ["SKIPPER_URL"] = mesh.Url, ["SKIPPER_API_KEY"] = reader };
            (await Outcome.OfAsync(["models"], "", variables)).Done();
        }
    }
}
