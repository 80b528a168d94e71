using Npgsql;

namespace Skipper.Mesh.Tests.Crashes;

/// <summary>A transaction of the test whose locks hold up a gateway at an exact place.</summary>
internal sealed class Blockade(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    public async Task ReleaseAsync()
    {
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        await connection.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // The server was killed meanwhile, and the locks with it.
        }

        await connection.DisposeAsync();
    }
}
