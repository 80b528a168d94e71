using Skipper.Gateway.Pushes;

namespace Skipper.Gateway.Preprocessing;

internal static class PreprocessingHosting
{
    public static void AddPreprocessing(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PreprocessCaller>();
        builder.Services.AddSingleton<PushStore>();
        builder.Services.AddSingleton<PushReceiver>();
    }
}
