namespace Skipper.Testing;

/// <summary>Python scripts of the interop tests, run with Debian's Python and its python3-pika.</summary>
public static class PythonProcess
{
    private const string Interpreter = "/usr/bin/python3";

    /// <summary>Starts a script of the folder <c>Interop</c> beside the test assembly.</summary>
    /// <param name="script">File name, such as <c>worker.py</c>.</param>
    /// <param name="broker">Where the broker is: an amqp URI with user and password.</param>
    /// <param name="arguments">Arguments of the script.</param>
    /// <param name="input">Standard input; absent = none.</param>
    public static ChildProcess Start(string script, Uri broker, IEnumerable<string> arguments, string? input = null)
    {
        var login = broker.UserInfo.Split(':', 2);
        var environment = new Dictionary<string, string?>
        {
            ["RABBITMQ_HOST"] = broker.Host,
            ["RABBITMQ_PORT"] = $"{(broker.Port < 0 ? 5672 : broker.Port)}",
            ["RABBITMQ_USER"] = Uri.UnescapeDataString(login[0]),
            ["RABBITMQ_PASSWORD"] = Uri.UnescapeDataString(login[^1]),
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        var path = Path.Combine(AppContext.BaseDirectory, "Interop", script);
        return ChildProcess.Start(Interpreter, [path, .. arguments], environment, input);
    }

    /// <summary>Starts <c>worker.py</c> on a queue and returns when it listens.</summary>
    /// <param name="broker">Where the broker is.</param>
    /// <param name="queue">The queue it declares and answers.</param>
    /// <param name="mode"><c>echo</c>, <c>classify</c>, <c>hold</c>, <c>slow</c>, <c>raise</c> or <c>twice</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="arguments">More arguments, such as <c>--seconds 5</c>.</param>
    public static async Task<ChildProcess> StartWorkerAsync(
        Uri broker, string queue, string mode, CancellationToken cancellationToken, params string[] arguments)
    {
        var worker = Start("worker.py", broker, ["--queue", queue, "--mode", mode, .. arguments]);
        try
        {
            await worker.WaitForLineAsync($"ready {queue}", cancellationToken);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls a queue with <c>producer.py</c> and returns the body of the reply.</summary>
    public static async Task<string> CallAsync(Uri broker, string queue, string body, CancellationToken cancellationToken)
    {
        await using var producer = Start("producer.py", broker, ["--queue", queue], body);
        var code = await producer.WaitForExitAsync(cancellationToken);
        return code == 0
            ? string.Join('\n', producer.Lines)
            : throw new InvalidOperationException($"producer.py ended with exit code {code}:\n{producer.Output}");
    }
}
