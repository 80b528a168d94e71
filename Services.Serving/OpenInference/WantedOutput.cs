using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>An output that is to be answered.</summary>
/// <param name="Column">Its position among the outputs of the model.</param>
/// <param name="Binary">Whether it is answered as bytes.</param>
internal readonly record struct WantedOutput(int Column, bool Binary)
{
    /// <summary>What a request wants of a model: the outputs it names, or all.</summary>
    /// <exception cref="MeshException">It names one that the model does not have, or one twice.</exception>
    public static IReadOnlyList<WantedOutput> Of(InferRequest request, IReadOnlyList<string> outputs)
    {
        if (request.Outputs.Count == 0)
        {
            return [.. outputs.Select((_, column) => new WantedOutput(column, request.BinaryOutput))];
        }

        List<WantedOutput> wanted = [];
        foreach (var (name, binary) in request.Outputs)
        {
            var column = Enumerable.Range(0, outputs.Count).FirstOrDefault(column => outputs[column] == name, -1);
            if (column < 0 || wanted.Any(output => output.Column == column))
            {
                throw MeshException.InvalidArgument(
                    $"Output '{(name.Length <= 80 ? name : $"{name[..80]}...")}' "
                    + (column < 0 ? $"is not known to this model; it has {string.Join(", ", outputs)}." : "is wanted twice."));
            }

            wanted.Add(new WantedOutput(column, binary ?? request.BinaryOutput));
        }

        return wanted;
    }
}
