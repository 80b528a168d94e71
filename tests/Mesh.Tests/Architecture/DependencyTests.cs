using System.Reflection;
using System.Text.RegularExpressions;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Mesh.Tests.Architecture;

/// <summary>Dependencies point one way: services to Shared.*, the gateway to Shared.*, Standalone to all.</summary>
public sealed partial class DependencyTests
{
    private static readonly string[] Hosts = ["Skipper.Gateway", "Skipper.Services.Data", "Skipper.Services.Training", "Skipper.Services.Serving"];

    public static TheoryData<string> Processes => [.. Hosts];

    [Theory]
    [MemberData(nameof(Processes))]
    public void A_process_references_only_the_shared_libraries(string name)
    {
        var others = Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(reference => reference.StartsWith("Skipper.", StringComparison.Ordinal));
        Assert.All(others, reference => Assert.StartsWith("Skipper.Shared.", reference, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Skipper.Shared.Messaging")]
    [InlineData("Skipper.Shared.Storage")]
    public void A_base_library_references_nothing_of_ours(string name) => Assert.DoesNotContain(
        Assembly.Load(name).GetReferencedAssemblies(), reference => reference.Name!.StartsWith("Skipper.", StringComparison.Ordinal));

    [Fact]
    public void Contracts_depend_on_nothing_but_themselves()
    {
        var contracts = typeof(Queues).Assembly.GetTypes().Where(type => type.Namespace == typeof(Queues).Namespace).ToList();
        Assert.NotEmpty(contracts);
        var used = contracts
            .SelectMany(type => type.GetProperties().Select(property => property.PropertyType).Concat(type.GetInterfaces()))
            .SelectMany(Unwrap)
            .Where(type => type.Namespace!.StartsWith("Skipper.", StringComparison.Ordinal));
        Assert.All(used, type => Assert.Equal(typeof(Queues).Namespace, type.Namespace));
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public void A_process_names_only_its_own_tables(string name)
    {
        var own = name.Split('.')[^1].ToLowerInvariant();
        var assembly = Assembly.Load(name);
        var migrations = assembly.GetManifestResourceNames().Where(resource => resource.EndsWith(".sql", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(migrations);
        foreach (var migration in migrations)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(migration)!);
            var tables = TableName().Matches(reader.ReadToEnd()).Select(match => match.Groups["schema"].Value);
            Assert.All(tables, schema => Assert.Equal(own, schema));
        }
    }

    private static IEnumerable<Type> Unwrap(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(Unwrap).Append(type) : [type];

    [GeneratedRegex(@"CREATE (?:UNIQUE )?(?:TABLE|INDEX)[^;(]*?\b(?<schema>gateway|data|training|serving)[._]", RegexOptions.IgnoreCase)]
    private static partial Regex TableName();
}
