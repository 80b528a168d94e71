using System.Text;

namespace Skipper.Gateway.Runs;

/// <summary>Text from elsewhere in the form that both databases store: PostgreSQL refuses the zero character.</summary>
internal static class StoredText
{
    public static string Clean(string text) => text.Contains('\0') ? text.Replace('\0', '\uFFFD') : text;

    public static string Clean(ReadOnlySpan<byte> utf8) => Clean(Encoding.UTF8.GetString(utf8));
}
