using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Skipper.Shared.Storage;

/// <summary>Adds databases and the artifact store to a process.</summary>
public static class StorageHosting
{
    /// <summary>
    /// Adds the database of a service as the keyed singleton <see cref="Databases.Database"/> with the schema as key:
    /// take it with <c>[FromKeyedServices("gateway")]</c>. Migrations are the embedded files <c>Migrations/{dialect}/0001_name.sql</c>.
    /// </summary>
    /// <param name="builder">The process.</param>
    /// <param name="schema">Schema name, such as <c>gateway</c>.</param>
    /// <param name="migrations">The assembly that embeds the migrations.</param>
    public static void AddDatabase(this IHostApplicationBuilder builder, string schema, Assembly migrations) =>
        throw new NotSupportedException($"{builder} {schema} {migrations}");

    /// <summary>Adds <see cref="Artifacts.IArtifactStore"/>, once per process.</summary>
    public static void AddArtifacts(this IHostApplicationBuilder builder) => throw new NotSupportedException($"{builder}");
}
