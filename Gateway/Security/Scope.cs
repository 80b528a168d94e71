using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Security;

/// <summary>What a key is good for; each includes those before it.</summary>
internal enum Scope
{
    /// <summary>Looks: GET.</summary>
    Read,

    /// <summary>Works: predictions, tasks, runs, uploads.</summary>
    Run,

    /// <summary>Decides: definitions, promotions, deletions, keys.</summary>
    Admin,
}

/// <summary>Scopes as people write them.</summary>
internal static class Scopes
{
    public static string Name(this Scope scope) => scope switch { Scope.Read => "read", Scope.Run => "run", _ => "admin" };

    /// <exception cref="MeshException">Not a scope.</exception>
    public static Scope Parse(string? name) => name switch
    {
        "read" => Scope.Read,
        "run" => Scope.Run,
        "admin" => Scope.Admin,
        _ => throw MeshException.InvalidArgument($"scope must be read, run or admin, was '{name}'."),
    };
}
