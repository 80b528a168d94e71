using System.Diagnostics;

namespace Skipper.Testing;

/// <summary>A process started by a test: output is kept for failure messages, and it ends with the test.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<string> _everything = [];
    private readonly Process _process;
    private readonly string _name;

    private ChildProcess(Process process, string name)
    {
        _process = process;
        _name = name;
    }

    /// <summary>Lines written to standard output so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Standard output and standard error so far, as they came.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _everything);
            }
        }
    }

    /// <summary>Operating system id of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>
    /// Starts a program with the environment of the test, changed by <paramref name="environment"/>; null removes.
    /// </summary>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var child = new ChildProcess(process, $"{program} {string.Join(' ', start.ArgumentList)}");
        process.OutputDataReceived += (_, line) => child.Keep(line.Data, child._lines);
        process.ErrorDataReceived += (_, line) => child.Keep(line.Data, null);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return child;
    }

    /// <summary>
    /// Completes when a line of standard output contains the text; fails, with all output, when the process ends
    /// before.
    /// </summary>
    public Task WaitForLineAsync(string text, CancellationToken cancellationToken) => WaitUntilAsync(
        () => Task.FromResult(Lines.Any(line => line.Contains(text, StringComparison.Ordinal))),
        $"a line with '{text}'",
        cancellationToken);

    /// <summary>Completes when the condition holds; fails, with all output, when the process ends before.</summary>
    public async Task WaitUntilAsync(Func<Task<bool>> condition, string expectation, CancellationToken cancellationToken)
    {
        try
        {
            await Eventually.TrueAsync(HoldsAsync, expectation, cancellationToken);
        }
        catch (TimeoutException timeout)
        {
            throw new TimeoutException($"{timeout.Message}\n{_name} wrote:\n{Output}", timeout);
        }

        async Task<bool> HoldsAsync()
        {
            if (await condition())
            {
                return true;
            }

            if (!HasExited)
            {
                return false;
            }

            // The last lines may still be on their way.
            var code = await WaitForExitAsync(cancellationToken);
            return await condition()
                ? true
                : throw new InvalidOperationException(
                    $"{_name} ended with exit code {code} before: {expectation}. It wrote:\n{Output}");
        }
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends this process, and no other, without a chance to clean up (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks the process to stop (SIGTERM) and waits until it did.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        await SignalAsync("TERM", cancellationToken);
        return await WaitForExitAsync(cancellationToken);
    }

    /// <summary>Sends a signal, such as <c>STOP</c> (the process hears and does nothing more) or <c>CONT</c> (it goes on).</summary>
    public async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Keep(string? line, List<string>? also)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _everything.Add(line);
            also?.Add(line);
        }
    }
}
