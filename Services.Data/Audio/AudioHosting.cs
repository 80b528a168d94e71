namespace Skipper.Services.Data.Audio;

/// <summary>Registers audio preprocessing.</summary>
internal static class AudioHosting
{
    public static void AddAudio(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AudioOptions>().BindConfiguration(AudioOptions.Section).ValidateDataAnnotations();
        services.AddSingleton(_ => new SoxrLibrary());
        services.AddSingleton(_ => new SndFileLibrary());
        services.AddSingleton<AudioLoader>();
        services.AddSingleton<IAudioFrontEnd, AudioFrontEnd>();
        services.AddHostedService<AudioLibraryReport>();
    }
}
