namespace Skipper.Soak.Worker;

/// <summary>A witness that is not the gateway: what was executed, a line each, in a file that outlives the kill of this process.</summary>
internal sealed class EffectLog(IConfiguration configuration) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _file = new(
        Path.Combine(configuration["Skipper:DataDirectory"]!, $"{Guid.NewGuid():N}.effects"))
    { AutoFlush = true };

    public void Add(SoakEffect effect)
    {
        lock (_gate)
        {
            _file.WriteLine(effect.Effect);
        }
    }

    public void Dispose() => _file.Dispose();
}
