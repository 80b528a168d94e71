namespace Skipper.Services.Serving.Models;

/// <summary>The right to use a model until disposed, whatever the catalog does with it meanwhile.</summary>
internal sealed class ModelLease(ServedModel model) : IDisposable
{
    private int _disposed;

    public ServedModel Model => model;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            model.Release();
        }
    }
}
