using Skipper.Services.Data.Texts;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Preprocessing;

internal sealed class PreprocessTextHandler(ArtifactFiles files, TextPreprocessor texts)
    : IMessageHandler<PreprocessText, PreprocessedArray>
{
    public async Task<PreprocessedArray> HandleAsync(
        PreprocessText message, MessageContext context, CancellationToken cancellationToken)
    {
        await using var lines = await files.OpenAsync(message.Data.Artifact, cancellationToken);
        await using var spool = ArtifactFiles.Spool();
        var made = await texts.PrepareAsync(lines, message.Data.Recipe, spool, cancellationToken);
        return new PreprocessedArray
        {
            Artifact = await files.PutAsync(spool, cancellationToken),
            Shape = made.Shape,
            Dtype = made.Type,
            Model = made.Model,
            Fingerprint = made.Fingerprint,
        };
    }
}
