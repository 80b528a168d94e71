using System.IO.MemoryMappedFiles;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>A key that was seen: where first, and a hash of what else stood in that row.</summary>
internal readonly record struct SeenKey(ulong High, ulong Low, long Line, ulong Content);

/// <summary>
/// Remembers keys. In memory up to a number of them, then in a file that the operating system may page out, so that any
/// number of rows can be looked at.
/// </summary>
internal sealed class KeyTable(int mostInMemory = KeyTable.MostInMemory) : IDisposable
{
    public const int MostInMemory = 1 << 20;
    private const int Size = 32;

    private SeenKey[]? _memory = new SeenKey[Math.Min(1024, mostInMemory)];
    private FileStream? _file;
    private MemoryMappedFile? _map;
    private MemoryMappedViewAccessor? _view;
    private long _slots = Math.Min(1024, mostInMemory);
    private long _count;

    /// <summary>Adds a key that is new; gives back the one that is there otherwise.</summary>
    public bool TryAdd(UInt128 hash, long line, ulong content, out SeenKey seen)
    {
        // A free slot has a high half of zero.
        var key = new SeenKey((ulong)(hash >> 64) | 1, (ulong)hash, line, content);
        if (_count >= _slots / 4 * 3)
        {
            Grow();
        }

        var slot = Find(key, out seen);
        if (seen.High != 0)
        {
            return false;
        }

        Set(slot, key);
        _count++;
        return true;
    }

    public void Dispose()
    {
        _view?.Dispose();
        _map?.Dispose();
        _file?.Dispose();
    }

    private long Find(SeenKey key, out SeenKey found)
    {
        for (var slot = (long)(key.Low & (ulong)(_slots - 1)); ; slot = (slot + 1) & (_slots - 1))
        {
            found = Get(slot);
            if (found.High == 0 || (found.High == key.High && found.Low == key.Low))
            {
                return slot;
            }
        }
    }

    private SeenKey Get(long slot)
    {
        if (_memory is not null)
        {
            return _memory[slot];
        }

        _view!.Read(slot * Size, out SeenKey key);
        return key;
    }

    private void Set(long slot, SeenKey key)
    {
        if (_memory is not null)
        {
            _memory[slot] = key;
        }
        else
        {
            _view!.Write(slot * Size, ref key);
        }
    }

    private void Grow()
    {
        var (memory, view, map, file, slots) = (_memory, _view, _map, _file, _slots);
        _slots *= 2;
        if (_slots <= mostInMemory)
        {
            _memory = new SeenKey[_slots];
        }
        else
        {
            Open();
        }

        for (var slot = 0L; slot < slots; slot++)
        {
            SeenKey key;
            if (memory is null)
            {
                view!.Read(slot * Size, out key);
            }
            else
            {
                key = memory[slot];
            }

            if (key.High != 0)
            {
                Set(Find(key, out _), key);
            }
        }

        view?.Dispose();
        map?.Dispose();
        file?.Dispose();
    }

    private void Open()
    {
        _memory = null;
        _file = new FileStream(
            Path.Combine(Path.GetTempPath(), $"skipper-keys-{Guid.NewGuid():N}"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose,
            });
        _map = MemoryMappedFile.CreateFromFile(
            _file, null, _slots * Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor();
    }
}
