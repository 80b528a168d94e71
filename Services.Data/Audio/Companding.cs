namespace Skipper.Services.Data.Audio;

/// <summary>The two logarithmic codes of telephony (ITU-T G.711), as 16-bit samples.</summary>
internal static class Companding
{
    public static int ALaw(byte code)
    {
        // Every second bit is inverted on the line.
        var bits = code ^ 0x55;
        var exponent = (bits >> 4) & 7;
        var mantissa = bits & 15;
        var magnitude = exponent == 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
        return (bits & 0x80) != 0 ? magnitude : -magnitude;
    }

    public static int MuLaw(byte code)
    {
        const int Bias = 0x84;
        var bits = ~code;
        var magnitude = ((((bits & 15) << 3) + Bias) << ((bits >> 4) & 7)) - Bias;
        return (bits & 0x80) != 0 ? -magnitude : magnitude;
    }
}
