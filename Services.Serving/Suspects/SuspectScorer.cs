using System.Runtime.InteropServices;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Suspects;

/// <summary>
/// Scores calls that a worker had in hand when it died, one at a time and in a process of their own: a model that crashes natively for
/// one input takes down one worker, once, and afterwards only that process. The call it dies of is told so, and its message is kept in
/// <c>skipper.dead</c>. Where the program cannot be started twice (<see cref="SuspectsHosting.AddSuspectProcess"/>), the lane scores
/// them, alone.
/// </summary>
internal sealed partial class SuspectScorer(IEnumerable<SuspectCommand> commands, ILogger<SuspectScorer> logger) : IDisposable
{
    private readonly SuspectCommand? _command = commands.LastOrDefault();
    private readonly SemaphoreSlim _turn = new(1);
    private SuspectProcess? _process;

    /// <exception cref="MeshException">The model fails on these rows; says how.</exception>
    public async ValueTask ScoreAsync(ServedModel model, RowBatch rows, PredictionCall call, CancellationToken cancellationToken)
    {
        if (_command is null || rows.Refused == rows.Count)
        {
            await model.Lane.ScoreAsync(rows, call, cancellationToken);
            return;
        }

        int[] kept = [.. Enumerable.Range(0, rows.Count).Where(row => rows.Error(row) is null)];
        var features = rows.Features.Take(kept);
        var reply = await AskAsync(_command, model, features, call.RequestId, cancellationToken);
        var outputs = model.Outputs.Count;
        var predictions = new Matrix(rows.Count, outputs, new double[rows.Count * outputs]);
        predictions.Values.AsSpan().Fill(double.NaN);
        var scored = MemoryMarshal.Cast<byte, double>(reply.Predictions);
        for (var i = 0; i < kept.Length; i++)
        {
            scored.Slice(i * outputs, outputs).CopyTo(predictions.Values.AsSpan(kept[i] * outputs));
        }

        rows.Predictions = predictions;
    }

    public void Dispose()
    {
        _process?.Dispose();
        _turn.Dispose();
    }

    private async Task<SuspectReply> AskAsync(
        SuspectCommand command, ServedModel model, Matrix features, string requestId, CancellationToken cancellationToken)
    {
        var request = new SuspectRequest
        {
            Model = model.Manifest,
            Rows = features.Rows,
            Features = MemoryMarshal.AsBytes(features.Values.AsSpan()).ToArray(),
        };
        if (await AskInTurnAsync(command, request, cancellationToken) is not { } reply)
        {
            LogDied(model.Manifest.Name, model.Manifest.Version, requestId);
            throw new MeshException(
                ErrorCode.Internal,
                $"Model '{model.Manifest.Name}@{model.Manifest.Version}' takes down its process when it scores this request. "
                + "The message is in skipper.dead.")
            {
                DeadLetter = true,
            };
        }

        return reply.Error is { } error ? throw new MeshException(reply.Code, error) : reply;
    }

    private async Task<SuspectReply?> AskInTurnAsync(SuspectCommand command, SuspectRequest request, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        var hasAnswered = false;
        try
        {
            _process ??= SuspectProcess.Start(command);
            var reply = await _process.AskAsync(request, cancellationToken);
            hasAnswered = reply is not null;
            return reply;
        }
        finally
        {
            // One that has not answered is dead, or would give this answer to the next who asks.
            if (!hasAnswered)
            {
                _process?.Dispose();
                _process = null;
            }

            _turn.Release();
        }
    }

    [LoggerMessage(LogLevel.Error, "The process that scored request {RequestId} alone died; {Model} version {Version} crashes for it")]
    private partial void LogDied(string model, int version, string requestId);
}
