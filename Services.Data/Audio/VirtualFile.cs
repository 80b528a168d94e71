using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Skipper.Services.Data.Audio;

/// <summary>Bytes in memory as libsndfile wants to see a file; they must stay where they are while it reads.</summary>
internal unsafe struct VirtualFile(byte* bytes, long length)
{
    private readonly byte* _bytes = bytes;
    private readonly long _length = length;
    private long _position;

    /// <summary>SF_VIRTUAL_IO of sndfile.h.</summary>
    public static Functions Table => new()
    {
        Length = &GetLength,
        Seek = &Seek,
        Read = &Read,
        Write = &Write,
        Tell = &Tell,
    };

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long GetLength(VirtualFile* file) => file->_length;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Seek(long offset, int origin, VirtualFile* file)
    {
        var start = origin switch { 0 => 0, 1 => file->_position, _ => file->_length };
        // A damaged file may ask for any offset; behind the end there is nothing to read, and before the start is the start.
        file->_position = offset > file->_length - start ? file->_length : Math.Max(0, start + Math.Max(offset, -start));
        return file->_position;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Read(byte* target, long count, VirtualFile* file)
    {
        count = Math.Clamp(count, 0, file->_length - file->_position);
        Buffer.MemoryCopy(file->_bytes + file->_position, target, count, count);
        file->_position += count;
        return count;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Write(byte* source, long count, VirtualFile* file) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Tell(VirtualFile* file) => file->_position;

    [StructLayout(LayoutKind.Sequential)]
    public struct Functions
    {
        public delegate* unmanaged[Cdecl]<VirtualFile*, long> Length;
        public delegate* unmanaged[Cdecl]<long, int, VirtualFile*, long> Seek;
        public delegate* unmanaged[Cdecl]<byte*, long, VirtualFile*, long> Read;
        public delegate* unmanaged[Cdecl]<byte*, long, VirtualFile*, long> Write;
        public delegate* unmanaged[Cdecl]<VirtualFile*, long> Tell;
    }
}
