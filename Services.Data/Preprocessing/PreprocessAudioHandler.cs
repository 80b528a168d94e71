using Skipper.Services.Data.Audio;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Preprocessing;

internal sealed class PreprocessAudioHandler(ArtifactFiles files, IAudioFrontEnd audio)
    : IMessageHandler<PreprocessAudio, PreprocessedArray>
{
    public async Task<PreprocessedArray> HandleAsync(
        PreprocessAudio message, MessageContext context, CancellationToken cancellationToken)
    {
        var recipe = message.Data.Recipe;
        var settings = new MelSettings
        {
            FftLength = recipe.NFft,
            HopLength = recipe.HopLength,
            Bands = recipe.NMels,
            LowestFrequency = recipe.Fmin,
            HighestFrequency = recipe.Fmax,
            TopDecibels = recipe.TopDb < 0 ? null : recipe.TopDb,
        };
        var file = await files.ReadAsync(message.Data.Artifact, cancellationToken);
        var waveform = audio.Load(file, recipe.SampleRate == 0 ? null : recipe.SampleRate, cancellationToken);
        var mel = audio.MelDecibels(waveform, settings, cancellationToken);
        return await files.PutAsync(new NpyArray(mel.Values, mel.Bands, mel.Frames), cancellationToken);
    }
}
