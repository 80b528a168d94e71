using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage;

namespace Skipper.Gateway.Security;

/// <summary>Makes keys on the command line: the way to the first one.</summary>
public static class KeyCommand
{
    private const string Usage = """
        Usage: Gateway keys create NAME [--scope read|run|admin]     prints a new key, once (default scope: run)
               Gateway keys list
               Gateway keys revoke ID
        The database is that of the gateway: ConnectionStrings__Skipper, or the SQLite file in Skipper__DataDirectory.
        """;

    /// <summary>Runs the command; 0 = done, 1 = failed, 2 = not understood.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.AddDatabase(GatewayService.Schema, typeof(KeyCommand).Assembly);
        builder.Services.AddSingleton<ApiKeyStore>();
        using var host = builder.Build();
        var keys = host.Services.GetRequiredService<ApiKeyStore>();
        try
        {
            return arguments switch
            {
                ["create", var name] => await CreateAsync(keys, name, "run"),
                ["create", var name, "--scope", var scope] => await CreateAsync(keys, name, scope),
                ["list"] => await ListAsync(keys),
                ["revoke", var id] => await RevokeAsync(keys, id),
                _ => Explain(),
            };
        }
        catch (Exception exception) when (exception is MeshException or System.Data.Common.DbException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task<int> CreateAsync(ApiKeyStore keys, string name, string scope)
    {
        var wanted = new KeyRequest { Name = name, Scope = scope }.Check(DateTimeOffset.MinValue);
        Console.WriteLine((await keys.CreateAsync(wanted, CancellationToken.None)).Reveal());
        return 0;
    }

    private static async Task<int> ListAsync(ApiKeyStore keys)
    {
        foreach (var key in await keys.ListAsync(CancellationToken.None))
        {
            var state = key.RevokedAt is { } at ? $"revoked {at:u}" : key.ExpiresAt is { } end ? $"until {end:u}" : "good";
            Console.WriteLine($"{key.Id}  {key.Scope,-5}  {state,-28}  {key.Name}");
        }

        return 0;
    }

    private static async Task<int> RevokeAsync(ApiKeyStore keys, string id)
    {
        if (await keys.RevokeAsync(id, CancellationToken.None))
        {
            return 0;
        }

        await Console.Error.WriteLineAsync($"There is no key '{id}' that is good.");
        return 1;
    }

    private static int Explain()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }
}
