using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Preprocessing;

internal sealed class PreprocessWeatherHandler(ArtifactFiles files) : IMessageHandler<PreprocessWeather, PreprocessedArray>
{
    public async Task<PreprocessedArray> HandleAsync(
        PreprocessWeather message, MessageContext context, CancellationToken cancellationToken)
    {
        await using var records = await files.OpenAsync(message.Data.Artifact, cancellationToken);
        var features = await WeatherFeatures.ReadAsync(records, cancellationToken);
        return await files.PutAsync(features, cancellationToken) with { Columns = WeatherFeatures.Columns };
    }
}
