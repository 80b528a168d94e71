using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Files;
using Skipper.Services.Data.Sources.Http;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Sources.Ftp;

/// <summary>
/// Fetches the files of a folder that have stopped to change, each once, and again when it changed. A transfer that was cut is resumed
/// where it ended, also by another process; a file beside it named like it and <c>.done</c> says that a file is whole.
/// </summary>
internal sealed partial class FtpConnector(
    OutboundGuard guard,
    SourceStore sources,
    RequestValues values,
    IOptions<SourceOptions> options,
    IOptions<StorageOptions> storage,
    [FromKeyedServices(DataService.Schema)] Database database,
    TimeProvider time,
    ILogger<FtpConnector> logger) : ISourceConnector
{
    private const string Marker = ".done";

    public string Kind => SourceKinds.Ftp;

    public async Task<IReadOnlyList<SourceUnit>> ListAsync(SourceJob job, CancellationToken cancellationToken)
    {
        var declaration = job.Declaration;
        var files = await WithClientAsync(job, declaration.Items[0], async (client, _, token) =>
        {
            await client.EnterAsync(Folder(job), token);
            return await client.ListAsync(token);
        }, cancellationToken);
        var done = files.Where(file => file.Name.EndsWith(Marker, StringComparison.Ordinal)).Select(file => file.Name).ToHashSet();
        var units = new List<SourceUnit>();
        foreach (var file in files.Where(file => FtpListing.Matches(declaration.Request.Files, file.Name) && !done.Contains(file.Name))
            .OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var item = new SourceItem(file.Name, declaration.Items[0].Values);
            var state = await sources.StateAsync(declaration.Name, item.Name, cancellationToken);
            state = await LookAsync(job, item, state, file, cancellationToken);
            if (done.Contains(file.Name + Marker) || time.GetUtcNow() - state.State.File!.Since >= declaration.Request.StableFor)
            {
                units.Add(new SourceUnit(item, state));
            }
        }

        return units;
    }

    public async IAsyncEnumerable<SourceStep> ReadAsync(
        SourceJob job, SourceUnit unit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = unit.State.State;
        if (state.Done && !job.Force)
        {
            yield return new SourceStep(null, before => before, IsLast: true);
            yield break;
        }

        var path = await DownloadAsync(job, unit.Item, state.File!, cancellationToken);
        var content = new ImportContent(
            _ => Task.FromResult<Stream>(File.OpenRead(path)), job.Declaration.Records.Encoding, options.Value.MaxFileMegabytes);
        await foreach (var step in FilePages.ReadAsync(
            content, unit.Item, job.Force ? 0 : state.Records, time.GetUtcNow(), cancellationToken))
        {
            yield return step;
        }

        File.Delete(path);
    }

    /// <summary>Notes since when a file is as it is; one that changed is read anew.</summary>
    private async Task<StoredState> LookAsync(
        SourceJob job, SourceItem item, StoredState state, FtpFile file, CancellationToken cancellationToken)
    {
        if (state.State.File is { } known && known.Size == file.Size && known.Modified == file.Modified)
        {
            return state;
        }

        var changed = state.State with { File = new FileState(file.Size, file.Modified, time.GetUtcNow()), Records = 0, Done = false };
        return await database.WriteAsync(
            transaction => sources.SaveAsync(transaction, job.Declaration.Name, item.Name, state, changed, cancellationToken),
            cancellationToken);
    }

    private async Task<string> DownloadAsync(SourceJob job, SourceItem item, FileState file, CancellationToken cancellationToken)
    {
        if (file.Size > options.Value.MaxFileMegabytes * 1024L * 1024)
        {
            throw MeshException.FailedPrecondition(
                $"{item.Name} has {file.Size} bytes, more than the {options.Value.MaxFileMegabytes} MiB that are allowed.");
        }

        var path = SpoolFile(job.Declaration.Name, item.Name, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await WithClientAsync(
            job,
            item,
            async (client, alive, token) =>
            {
                await using var spool = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
                spool.Position = spool.Length <= file.Size ? spool.Length : 0;
                spool.SetLength(spool.Position);
                if (spool.Length == file.Size)
                {
                    return true;
                }

                await client.EnterAsync(Folder(job), token);
                if (!await client.DownloadAsync(item.Name, spool.Length, data => CopyAsync(data, spool, file.Size, alive, token), token))
                {
                    spool.SetLength(0);
                    await client.DownloadAsync(item.Name, 0, data => CopyAsync(data, spool, file.Size, alive, token), token);
                }

                return spool.Length == file.Size
                    ? true
                    : throw new ProviderException($"{item.Name} ended after {spool.Length} of {file.Size} bytes.");
            },
            cancellationToken);
        return path;
    }

    private static async Task CopyAsync(
        Stream data, FileStream spool, long size, Action alive, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await data.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (spool.Length + read > size)
            {
                throw new ProviderException($"the file is larger than the {size} bytes that were listed.");
            }

            await spool.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            alive();
        }
    }

    private async Task<T> WithClientAsync<T>(
        SourceJob job, SourceItem item, Func<FtpClient, Action, CancellationToken, Task<T>> talk, CancellationToken cancellationToken)
    {
        var (declaration, value) = (job.Declaration, values.For(job, item, new ItemState()));
        var address = new Uri(Placeholders.FillUrl(declaration.Request.Url!, value));
        try
        {
            return await ProviderRetry.Of(declaration.Limits, time, (attempt, reason) => LogRetried(declaration.Name, attempt, reason))
                .ExecuteAsync(async token => await AttemptAsync(token), cancellationToken);
        }
        catch (ProviderException exception)
        {
            throw MeshException.Unavailable(
                $"{address.GetLeftPart(UriPartial.Path)} failed {declaration.Limits.Attempts} times, the last time so: {exception.Message}",
                exception);
        }

        async Task<T> AttemptAsync(CancellationToken token)
        {
            using var patience = new CancellationTokenSource(declaration.Limits.Timeout, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, token);
            try
            {
                await using var client = await FtpClient.ConnectAsync(
                    guard,
                    address.IdnHost,
                    address.Port,
                    Placeholders.Fill(declaration.Request.User ?? "anonymous", value),
                    Placeholders.Fill(declaration.Request.Password ?? "skipper@", value),
                    both.Token);
                return await talk(client, () => patience.CancelAfter(declaration.Limits.Timeout), both.Token);
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                throw new ProviderException($"nothing came for {declaration.Limits.Timeout.TotalSeconds:0.###} s.");
            }
        }
    }

    private string Folder(SourceJob job)
    {
        var value = values.For(job, job.Declaration.Items[0], new ItemState());
        var address = new Uri(Placeholders.FillUrl(job.Declaration.Request.Url!, value));
        return Uri.UnescapeDataString(address.AbsolutePath).Trim('/');
    }

    private string SpoolFile(string source, string name, FileState file)
    {
        var identity = SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{name}\n{file.Size}\n{file.Modified}"));
        return Path.Combine(Path.GetFullPath(storage.Value.DataDirectory), "spool", $"{Convert.ToHexStringLower(identity)}.part");
    }

    [LoggerMessage(LogLevel.Warning, "A transfer of source {Source} failed, attempt {Attempt}: {Reason}")]
    private partial void LogRetried(string source, int attempt, string reason);
}
