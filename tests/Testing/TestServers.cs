namespace Skipper.Testing;

/// <summary>
/// The servers that tests may use, as <c>eng/servers.sh</c> announces them in the environment. A test that asks for one that is
/// absent is skipped with the reason on a laptop, and fails where the variable <c>CI</c> is <c>true</c>.
/// </summary>
public static class TestServers
{
    /// <summary>
    /// An Npgsql connection string whose user may create databases; see <see cref="TestStorage"/> for one per test.
    /// </summary>
    public static string Postgres => Require("SKIPPER_TEST_POSTGRES", "PostgreSQL");

    /// <summary>An AMQP URI.</summary>
    public static Uri RabbitMq => new(Require("SKIPPER_TEST_RABBITMQ", "RabbitMQ"));

    private static string Require(string variable, string server)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
        {
            return value;
        }

        Lacking($"{variable} is not set: no {server} to test with. Start one with: eval \"$(bash eng/servers.sh start)\"");
        return "";
    }

    /// <summary>Skips the test with the reason, and fails it where the variable <c>CI</c> is <c>true</c>.</summary>
    public static void Lacking(string reason)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }
}
