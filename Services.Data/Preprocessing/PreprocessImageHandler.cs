using Microsoft.Extensions.Options;
using Skipper.Services.Data.Images;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Preprocessing;

/// <summary>Idempotent by content, like all of its kind: the same file and recipe give the same artifact.</summary>
internal sealed class PreprocessImageHandler(ArtifactFiles files, IOptions<ImageOptions> options)
    : IMessageHandler<PreprocessImage, PreprocessedArray>
{
    private const long Megapixel = 1_000_000;

    private readonly ImagePreprocessor _preprocessor = new(options.Value.MaxMegapixels * Megapixel);

    public async Task<PreprocessedArray> HandleAsync(
        PreprocessImage message, MessageContext context, CancellationToken cancellationToken)
    {
        var preset = ImagePreset.Find(message.Data.Recipe.Preset);
        var file = await files.ReadAsync(message.Data.Artifact, cancellationToken);
        return await files.PutAsync(_preprocessor.Run(file, preset, message.Data.Recipe.Exif), cancellationToken);
    }
}
