using System.Runtime.InteropServices;
using System.Text;

namespace Skipper.Services.Data.Tests.Images;

/// <summary>The header and the values of a .npy file of version 1, as they are.</summary>
internal sealed record NpyBytes(string Header, byte[] Data)
{
    public static NpyBytes Read(byte[] file)
    {
        var length = 10 + BitConverter.ToUInt16(file, 8);
        return new NpyBytes(Encoding.ASCII.GetString(file, 10, length - 10).TrimEnd(), file[length..]);
    }

    public float[] Floats => MemoryMarshal.Cast<byte, float>(Data).ToArray();
}
