using System.Collections;
using System.Runtime.CompilerServices;

namespace Skipper.Testing;

/// <summary>
/// Compiled into every test assembly: what the shell exports for running services, such as the servers of <c>eng/servers.sh</c>, must not
/// configure the hosts that tests build. Tests that want servers name them (<c>SKIPPER_TEST_*</c>).
/// </summary>
internal static class CleanEnvironment
{
    private static readonly string[] Prefixes = ["Skipper__", "ConnectionStrings__", "RABBITMQ_"];

    [ModuleInitializer]
    internal static void RemoveConfiguration()
    {
        var names = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key);
        foreach (var name in names.Where(name => Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))))
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }
}
