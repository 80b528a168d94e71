using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Http;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources;

/// <summary>Declares sources and describes them.</summary>
internal sealed class SourceCatalog(SourceStore sources, CallStore calls)
{
    private const int ShownItems = 100;

    public async Task<SourceDescription> DeclareAsync(DeclareSource.SourceText text, CancellationToken cancellationToken)
    {
        var declaration = DeclarationReader.Read(text.Declaration);
        if (text.Name is not null && text.Name != declaration.Name)
        {
            throw MeshException.InvalidArgument($"The declaration is named '{declaration.Name}', the address '{text.Name}'.");
        }

        await RequireSameKeyAsync(declaration, cancellationToken);
        await sources.PutAsync(declaration.Name, text.Declaration, cancellationToken);
        return await DescribeAsync(declaration.Name, cancellationToken);
    }

    public async Task<SourceDescription> DescribeAsync(string name, CancellationToken cancellationToken)
    {
        var source = await sources.FindAsync(name, cancellationToken);
        var states = await sources.StatesAsync(name, ShownItems, cancellationToken);
        return Describe(source, await calls.UsedAsync(name, cancellationToken)) with
        {
            Items = [.. states.Select(state => Describe(state.Item, state.State))],
        };
    }

    public async Task<SourceList> ListAsync(CancellationToken cancellationToken)
    {
        var list = new List<SourceDescription>();
        foreach (var source in await sources.ListAsync(cancellationToken))
        {
            list.Add(Describe(source, await calls.UsedAsync(source.Name, cancellationToken)));
        }

        return new SourceList { Sources = list };
    }

    /// <summary>A table has one key, whoever fills it, and keeps it.</summary>
    private async Task RequireSameKeyAsync(SourceDeclaration declaration, CancellationToken cancellationToken)
    {
        foreach (var other in (await sources.ListAsync(cancellationToken)).Select(source => DeclarationReader.Read(source.Declaration)))
        {
            if (other.Table == declaration.Table && !other.Key.ToHashSet().SetEquals(declaration.Key))
            {
                throw MeshException.FailedPrecondition(
                    $"Source '{other.Name}' fills table '{other.Table}' with the key {string.Join(", ", other.Key)}, "
                    + $"found {string.Join(", ", declaration.Key)}: use the same key, or another table.");
            }
        }
    }

    private static SourceDescription Describe(StoredSource source, int used)
    {
        var declaration = DeclarationReader.Read(source.Declaration);
        return new SourceDescription
        {
            Name = source.Name,
            Kind = declaration.Kind,
            Table = declaration.Table,
            Declaration = source.Declaration,
            UpdatedAt = source.UpdatedAt,
            NotBefore = source.NotBefore,
            RequestsToday = used,
            RequestsPerDay = declaration.Limits.PerDay,
        };
    }

    private static SourceItemState Describe(string item, ItemState state) => new()
    {
        Item = item,
        Cursor = state.Cursor,
        FreshUntil = state.FreshUntil,
        Records = state.Records > 0 ? state.Records : null,
        Done = state.Done ? true : null,
    };
}
