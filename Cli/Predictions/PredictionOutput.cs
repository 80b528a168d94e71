using System.Text;

namespace Skipper.Cli.Predictions;

/// <summary>Where predictions go: the standard output, or a file that appears only when it is complete.</summary>
internal sealed class PredictionOutput : IDisposable
{
    private readonly string? _file;
    private readonly StreamWriter? _stream;

    public PredictionOutput(Session session)
    {
        _file = session.Line.Option("out");
        if (_file is null)
        {
            Writer = session.Shell.Out;
            return;
        }

        try
        {
            Writer = _stream = new StreamWriter(Part(_file), append: false, new UTF8Encoding(false));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw session.Line.Misused($"{_file} cannot be written: {exception.Message}");
        }
    }

    public TextWriter Writer { get; }

    /// <summary>Everything is there.</summary>
    public void Complete()
    {
        if (_stream is not null)
        {
            _stream.Dispose();
            File.Move(Part(_file!), _file!, overwrite: true);
        }
        else
        {
            Writer.Flush();
        }
    }

    public void Dispose()
    {
        if (_stream is not null)
        {
            _stream.Dispose();
            File.Delete(Part(_file!));
        }
    }

    private static string Part(string file) => file + ".part";
}
