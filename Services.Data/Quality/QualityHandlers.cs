using System.Text;
using Skipper.Services.Data.Standards;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Quality;

/// <summary>Idempotent by content: the text of the newest version is that version.</summary>
internal sealed class PutDeclarationHandler(DeclarationStore declarations, TimeProvider time)
    : IMessageHandler<PutDeclaration, DeclarationVersion>
{
    public async Task<DeclarationVersion> HandleAsync(PutDeclaration message, MessageContext context, CancellationToken cancellationToken)
    {
        var (kind, name, source) = (message.Data.Kind, message.Data.Name, message.Data.Source);
        var text = Encoding.UTF8.GetBytes(source);
        var declared = kind switch
        {
            QualityGate.StandardKind => StandardReader.Read(text).Name,
            QualityGate.SuiteKind => SuiteReader.Read(text).Name,
            _ => throw MeshException.InvalidArgument($"kind must be standard or suite, was '{kind}'."),
        };
        if (declared != name)
        {
            throw MeshException.InvalidArgument($"The {kind} is named '{declared}' in its text, but '{name}' in the request.");
        }

        return message.Data.ValidateOnly
            ? new DeclarationVersion { Kind = kind, Name = name, Version = 0, Digest = "", CreatedAt = time.GetUtcNow() }
            : await declarations.AddAsync(kind, name, source, cancellationToken);
    }
}

internal sealed class FindDeclarationHandler(DeclarationStore declarations) : IMessageHandler<FindDeclaration, DeclarationVersion>
{
    public async Task<DeclarationVersion> HandleAsync(FindDeclaration message, MessageContext context, CancellationToken cancellationToken)
    {
        var wanted = message.Data;
        if (await declarations.FindAsync(wanted, cancellationToken) is { } found)
        {
            return found;
        }

        var newest = wanted.Version is null ? null : await declarations.FindAsync(wanted with { Version = null }, cancellationToken);
        throw MeshException.NotFound(newest is null
            ? $"There is no {wanted.Kind} '{wanted.Name}'. PUT one to make it."
            : $"The {wanted.Kind} '{wanted.Name}' has no version {wanted.Version}; its newest is {newest.Version}.");
    }
}

internal sealed class ListDeclarationsHandler(DeclarationStore declarations) : IMessageHandler<ListDeclarations, DeclarationList>
{
    public async Task<DeclarationList> HandleAsync(ListDeclarations message, MessageContext context, CancellationToken cancellationToken) =>
        new() { Declarations = await declarations.ListAsync(message.Data.Kind, cancellationToken) };
}

internal sealed class FindQualityReportHandler(QualityReportStore reports) : IMessageHandler<FindQualityReport, QualityReport>
{
    public Task<QualityReport> HandleAsync(FindQualityReport message, MessageContext context, CancellationToken cancellationToken) =>
        reports.RequireAsync(message.Data, cancellationToken);
}

internal sealed class ListQualityReportsHandler(QualityReportStore reports) : IMessageHandler<ListQualityReports, QualityReportList>
{
    public async Task<QualityReportList> HandleAsync(
        ListQualityReports message, MessageContext context, CancellationToken cancellationToken) =>
        new() { Reports = await reports.ListAsync(message.Data.Name, cancellationToken) };
}

internal sealed class ListQuarantineHandler(QuarantineStore quarantine) : IMessageHandler<ListQuarantine, QuarantinePage>
{
    public Task<QuarantinePage> HandleAsync(ListQuarantine message, MessageContext context, CancellationToken cancellationToken) =>
        quarantine.ListAsync(message.Data, cancellationToken);
}

/// <summary>Idempotent: rows that were replayed are not in quarantine any more, and replaying them again is refused.</summary>
internal sealed class ReplayQuarantineHandler(IEnumerable<IQuarantineReplayer> replayers)
    : IMessageHandler<ReplayQuarantine, QuarantineReplay>
{
    public Task<QuarantineReplay> HandleAsync(ReplayQuarantine message, MessageContext context, CancellationToken cancellationToken) =>
        replayers.Single(replayer => replayer.Takes(message.Data.Dataset))
            .ReplayAsync(message.Data.Dataset, message.Data.Rows, cancellationToken);
}

/// <summary>Idempotent: rows that were decided about already are left as they are.</summary>
internal sealed class DiscardQuarantineHandler(QuarantineStore quarantine) : IMessageHandler<DiscardQuarantine, QuarantineCount>
{
    public async Task<QuarantineCount> HandleAsync(
        DiscardQuarantine message, MessageContext context, CancellationToken cancellationToken) =>
        new() { Count = await quarantine.DiscardAsync(message.Data, cancellationToken) };
}
