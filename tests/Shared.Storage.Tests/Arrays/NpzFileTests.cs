using System.IO.Compression;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Storage.Tests.Arrays;

public sealed class NpzFileTests
{
    private const long Megabyte = 1024 * 1024;

    [Fact]
    public void Arrays_come_back_by_name()
    {
        using var stream = Written(("ids", new NpyArray(new[] { 1, 2, 3, 4 }, 2, 2)), ("lengths", new NpyArray(new[] { 2, 1 }, 2)));

        var arrays = NpzFile.Read(stream, Megabyte);

        Assert.Equal(["ids", "lengths"], arrays.Keys);
        Assert.Equal([2, 2], arrays["ids"].Shape);
        Assert.Equal([1, 2, 3, 4], arrays["ids"].Get<int>());
        Assert.Throws<InvalidDataException>(() => arrays["ids"].Get<long>());
    }

    [Fact]
    public void The_same_arrays_give_the_same_bytes()
    {
        using var first = Written(("a", new NpyArray(new[] { 1.0 })));
        using var second = Written(("a", new NpyArray(new[] { 1.0 })));

        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void A_stream_that_cannot_seek_is_read_too()
    {
        using var written = Written(("a", new NpyArray(new[] { 1.0, 2.0 }, 2)));
        using var forward = new DeflateStream(Deflated(written), CompressionMode.Decompress);

        Assert.Equal([1.0, 2.0], NpzFile.Read(forward, Megabyte)["a"].Get<double>());
    }

    [Fact]
    public void More_bytes_than_allowed_are_refused_before_they_are_unpacked()
    {
        using var bomb = new MemoryStream();
        using (var archive = new ZipArchive(bomb, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("zeros.npy", CompressionLevel.SmallestSize).Open();
            NpyFile.Write(entry, new byte[8 * Megabyte], (int)(8 * Megabyte));
        }

        Assert.True(bomb.Length < Megabyte);
        bomb.Position = 0;
        var exception = Assert.Throws<InvalidDataException>(() => NpzFile.Read(bomb, Megabyte));
        Assert.Contains("at most 1048576 bytes, found 8388608 values", exception.Message, StringComparison.Ordinal);

        using var twice = Written(("a", new NpyArray(new byte[600], 600)), ("b", new NpyArray(new byte[600], 600)));
        Assert.Throws<InvalidDataException>(() => NpzFile.Read(twice, 1000));
        using var forward = new DeflateStream(Deflated(twice), CompressionMode.Decompress);
        Assert.Throws<InvalidDataException>(() => NpzFile.Read(forward, 1000));
    }

    [Fact]
    public void Other_files_are_refused()
    {
        using var text = new MemoryStream("not a zip file"u8.ToArray());
        Assert.Throws<InvalidDataException>(() => NpzFile.Read(text, Megabyte));

        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("readme.txt");
        }

        zip.Position = 0;
        var exception = Assert.Throws<InvalidDataException>(() => NpzFile.Read(zip, Megabyte));
        Assert.Contains("found readme.txt", exception.Message, StringComparison.Ordinal);

        using var cut = Written(("a", new NpyArray(new byte[100], 100)));
        cut.SetLength(cut.Length - 20);
        Assert.Throws<InvalidDataException>(() => NpzFile.Read(cut, Megabyte));
    }

    [Fact]
    public async Task Numpy_reads_what_was_written()
    {
        await NumPy.RequireAsync("numpy");
        var path = Path.Combine(Path.GetTempPath(), $"skipper-{Guid.NewGuid():N}.npz");
        try
        {
            using (var written = Written(
                ("ids", new NpyArray(new[] { 1, 2, 3, 4 }, 2, 2)), ("format", new NpyArray(new[] { "csr" })),
                ("mask", new NpyArray(new[] { true, false }, 2))))
            {
                await File.WriteAllBytesAsync(path, written.ToArray(), TestContext.Current.CancellationToken);
            }

            var read = await NumPy.RunAsync(
                $"import numpy; z = numpy.load('{path}', allow_pickle=False); "
                + "print([(n, str(z[n].dtype), z[n].shape, z[n].tolist()) for n in z.files])");

            Assert.Equal(
                "[('ids', 'int32', (2, 2), [[1, 2], [3, 4]]), ('format', '|S3', (), b'csr'), ('mask', 'bool', (2,), [True, False])]",
                read);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static MemoryStream Written(params (string Name, NpyArray Array)[] arrays)
    {
        var stream = new MemoryStream();
        NpzFile.Write(stream, [.. arrays.Select(array => KeyValuePair.Create(array.Name, array.Array))]);
        stream.Position = 0;
        return stream;
    }

    private static MemoryStream Deflated(MemoryStream content)
    {
        var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(content.ToArray());
        }

        deflated.Position = 0;
        return deflated;
    }
}
