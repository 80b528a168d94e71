using System.Globalization;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Shared.Storage.Payloads;

/// <summary>
/// Blobs as files in one folder for each hour in which blobs expire: <c>493021/ab12...</c>. A folder is deleted whole, after its hour;
/// nobody writes into it any more by then, so a sweep never meets a put.
/// </summary>
internal sealed class FileBlobs(string folder, TimeProvider time) : IExpiringBlobs
{
    public async Task PutAsync(
        string digest, ReadOnlyMemory<byte> content, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        Require(digest);
        var hour = Path.Combine(folder, (Hour(expires) + 1).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(hour);
        var temporary = Path.Combine(hour, $"{Guid.NewGuid():N}.incoming");
        try
        {
            // Not flushed to the disk: a call does not outlive a power cut, and a durable task is repeated after one.
            await File.WriteAllBytesAsync(temporary, content, cancellationToken);
            File.Move(temporary, Path.Combine(hour, digest), overwrite: true);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException && OperatingSystem.IsWindows() && File.Exists(Path.Combine(hour, digest)))
        {
            // Windows does not replace a file that somebody reads: it has these bytes already.
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public Task<Stream?> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        Require(digest);
        cancellationToken.ThrowIfCancellationRequested();

        // At most one folder for each hour of the longest retention, and only for what is large: a look is cheap.
        foreach (var (hour, path) in Hours().OrderByDescending(entry => entry.Hour))
        {
            try
            {
                var file = new FileStream(
                    Path.Combine(path, digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, Digest.BufferSize, useAsync: true);
                return Task.FromResult<Stream?>(new VerifiedStream(file, digest));
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // Not in this hour.
            }
        }

        return Task.FromResult<Stream?>(null);
    }

    public Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = Hour(time.GetUtcNow());
        var swept = 0;
        foreach (var (_, path) in Hours().Where(entry => entry.Hour <= now).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Directory.Delete(path, recursive: true);
                swept++;
            }
            catch (DirectoryNotFoundException)
            {
                // Another process of this data directory was quicker.
            }
        }

        return Task.FromResult(swept);
    }

    private IEnumerable<(long Hour, string Path)> Hours()
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var path in Directory.EnumerateDirectories(folder))
        {
            if (long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var hour))
            {
                yield return (hour, path);
            }
        }
    }

    private static long Hour(DateTimeOffset instant) => instant.ToUnixTimeSeconds() / 3600;

    private static void Require(string digest)
    {
        if (!Digest.IsValid(digest))
        {
            throw new ArgumentException($"A blob is named by 64 lower case hex digits, was '{digest}'.", nameof(digest));
        }
    }
}
