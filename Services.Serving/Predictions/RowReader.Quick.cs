namespace Skipper.Services.Serving.Predictions;

internal readonly partial struct RowReader
{
    /// <summary>
    /// Reads the row that valid JSON begins with, if it is written as programs write it: every feature, in the model's order. Any other
    /// row, good or bad, is left to the reader that knows all forms and says what is wrong.
    /// </summary>
    /// <returns>Number of bytes that the row takes; 0 = it was not read.</returns>
    public int TryReadQuick(ReadOnlySpan<byte> json, bool allowArray, Span<double> normalized)
    {
        var isObject = json.Length > 0 && json[0] == (byte)'{';
        if (normalized.IsEmpty || !(isObject || (allowArray && json.Length > 0 && json[0] == (byte)'[')))
        {
            return 0;
        }

        var columns = signature.Columns;
        var at = 1;
        for (var position = 0; position < normalized.Length; position++)
        {
            ref readonly var column = ref columns[position];
            at += Spaces(json[at..]);
            if (isObject)
            {
                if (column.Quoted is not { } name || !json[at..].StartsWith(name))
                {
                    return 0;
                }

                at += name.Length;
                if (!Has(json, at, ':'))
                {
                    return 0;
                }

                at++;
                at += Spaces(json[at..]);
            }

            var length = QuickNumber.Read(json[at..], out var value);
            at += length;
            normalized[position] = (value - column.Mean) / column.StandardDeviation;
            if (length == 0
                || !double.IsFinite(normalized[position])
                || (column.IsInteger && value != Math.Truncate(value))
                || !Has(json, at, position < normalized.Length - 1 ? ',' : isObject ? '}' : ']'))
            {
                return 0;
            }

            at++;
        }

        return at;
    }

    private static bool Has(ReadOnlySpan<byte> json, int at, char wanted) => at < json.Length && json[at] == (byte)wanted;

    private static int Spaces(ReadOnlySpan<byte> json)
    {
        var count = 0;
        while (count < json.Length && json[count] == (byte)' ')
        {
            count++;
        }

        return count;
    }
}
