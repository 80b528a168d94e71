namespace Skipper.Standalone;

/// <summary>What the command line understands.</summary>
internal static class Usage
{
    public const string Text = """
        Skipper: the whole mesh in one process.

          dotnet run --project Standalone                  serve http://127.0.0.1:8080 until Ctrl+C
          dotnet run --project Standalone -- demo          ingest, check, train, predict on the sample data

        Options of demo:
          --csv FILE         a CSV with a header instead of the sample
          --target A[,B...]  the columns to predict (default: price,ptratio)
          --engine NAME      auto, linear or xgboost (default: auto)
          --verbose          show the log

        Options of both are configuration too, such as --urls http://127.0.0.1:9000 or --Skipper:DataDirectory DIR.
        """;
}
