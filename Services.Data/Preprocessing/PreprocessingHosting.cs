using Skipper.Services.Data.Images;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Data.Preprocessing;

internal static class PreprocessingHosting
{
    public static void AddPreprocessing(this IHostApplicationBuilder builder)
    {
        builder.AddMessaging()
            .Handle<PreprocessImage, PreprocessedArray, PreprocessImageHandler>()
            .Handle<PreprocessAudio, PreprocessedArray, PreprocessAudioHandler>()
            .Handle<PreprocessText, PreprocessedArray, PreprocessTextHandler>()
            .Handle<PreprocessWeather, PreprocessedArray, PreprocessWeatherHandler>();
        builder.Services.AddOptionsWithValidateOnStart<ImageOptions>()
            .BindConfiguration(ImageOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<ArtifactFiles>();
    }
}
