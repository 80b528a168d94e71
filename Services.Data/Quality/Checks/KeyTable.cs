using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>A key that was seen: where first, and a hash of what else stood in that row.</summary>
internal readonly record struct SeenKey(ulong High, ulong Low, long Line, ulong Content);

/// <summary>
/// Remembers keys. In memory up to a number of them, then in a file that the operating system may page out, so that any
/// number of rows can be looked at.
/// </summary>
internal sealed unsafe class KeyTable(int mostInMemory = KeyTable.MostInMemory) : IDisposable
{
    public const int MostInMemory = 1 << 18;

    private Slots _slots = Slots.InMemory(Math.Min(1024, mostInMemory));
    private long _count;

    /// <summary>Adds a key that is new; gives back the one that is there otherwise.</summary>
    public bool TryAdd(UInt128 hash, long line, ulong content, out SeenKey seen)
    {
        // A free slot has a high half of zero.
        var key = new SeenKey((ulong)(hash >> 64) | 1, (ulong)hash, line, content);
        if (_count >= _slots.Count / 4 * 3)
        {
            Grow();
        }

        var slot = _slots.Find(key);
        seen = *slot;
        if (seen.High != 0)
        {
            return false;
        }

        *slot = key;
        _count++;
        return true;
    }

    public void Dispose() => _slots.Dispose();

    private void Grow()
    {
        var old = _slots;
        var count = old.Count * 2;
        _slots = count <= mostInMemory ? Slots.InMemory(count) : Slots.InFile(count);
        using var gone = old;
        for (var slot = 0L; slot < old.Count; slot++)
        {
            if (old[slot].High != 0)
            {
                *_slots.Find(old[slot]) = old[slot];
            }
        }
    }

    /// <summary>Places for keys, a power of two of them, all free at first.</summary>
    private sealed class Slots : IDisposable
    {
        private readonly FileStream? _file;
        private readonly SafeMemoryMappedViewHandle? _view;
        private readonly SeenKey* _first;

        private Slots(long count, SeenKey* first, FileStream? file, SafeMemoryMappedViewHandle? view)
        {
            (Count, _file, _view) = (count, file, view);
            _first = first;
        }

        public long Count { get; }

        public ref readonly SeenKey this[long slot] => ref _first[slot];

        public static Slots InMemory(long count) =>
            new(count, (SeenKey*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(SeenKey)), null, null);

        public static Slots InFile(long count)
        {
            var file = new FileStream(
                Path.Combine(Path.GetTempPath(), $"skipper-keys-{Guid.NewGuid():N}"),
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    Options = FileOptions.DeleteOnClose,
                });
            using var map = MemoryMappedFile.CreateFromFile(
                file, null, count * sizeof(SeenKey), MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
            var view = map.CreateViewAccessor().SafeMemoryMappedViewHandle;
            byte* first = null;
            view.AcquirePointer(ref first);
            return new Slots(count, (SeenKey*)first, file, view);
        }

        /// <summary>The place of a key, or the free one where it belongs.</summary>
        public SeenKey* Find(in SeenKey key)
        {
            for (var slot = (long)key.Low & (Count - 1); ; slot = (slot + 1) & (Count - 1))
            {
                var found = _first + slot;
                if (found->High == 0 || (found->High == key.High && found->Low == key.Low))
                {
                    return found;
                }
            }
        }

        public void Dispose()
        {
            if (_view is null)
            {
                NativeMemory.Free(_first);
                return;
            }

            _view.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }
    }
}
