using System.Globalization;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Schedules;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Security;

/// <summary>Keys and the audit log over HTTP, for administrators.</summary>
internal static class KeyEndpoints
{
    private const int PageSize = 100;

    public static void MapKeys(this WebApplication app)
    {
        var keys = app.MapGroup("/api/v1/skipper/keys").WithTags("security");
        keys.MapGet("/", ListAsync).Requires(Scope.Admin).WithDocs(KeyDocs.List);
        keys.MapPost("/", CreateAsync).Requires(Scope.Admin).WithDocs(KeyDocs.Create);
        keys.MapPost("/{id}/rotate", RotateAsync).Requires(Scope.Admin).WithDocs(KeyDocs.Rotate);
        keys.MapDelete("/{id}", RevokeAsync).Requires(Scope.Admin).WithDocs(KeyDocs.Revoke);
        app.MapGet("/api/v1/skipper/audit", AuditAsync).Requires(Scope.Admin).WithTags("security").WithDocs(KeyDocs.Audit);
    }

    private static async Task<IResult> ListAsync(ApiKeyStore store, CancellationToken cancellationToken) =>
        Results.Json(new { Keys = (await store.ListAsync(cancellationToken)).Select(Shown) }, MessageJson.Options);

    private static async Task<IResult> CreateAsync(
        HttpRequest request, ApiKeyStore store, ApiKeyRing ring, TimeProvider time, CancellationToken cancellationToken)
    {
        var wanted = (await BodyReader.ReadAsync<KeyRequest>(request, cancellationToken)).Check(time.GetUtcNow());
        var text = await store.CreateAsync(wanted, cancellationToken);
        ring.Changed();
        return Told(text, wanted);
    }

    private static async Task<IResult> RotateAsync(
        string id, HttpRequest request, ApiKeyStore store, ApiKeyRing ring, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadOptionalAsync<RotateRequest>(request, cancellationToken);
        var old = (await store.ListAsync(cancellationToken)).FirstOrDefault(key => key.Id == id) ?? throw Unknown(id);
        var wanted = new NewApiKey(old.Name, Scopes.Parse(old.Scope), old.RequestsPerMinute, body.ExpiresAt);
        var text = await store.RotateAsync(id, wanted, time.GetUtcNow() + body.Overlap(), cancellationToken) ?? throw Unknown(id);
        ring.Changed();
        return Told(text, wanted);
    }

    private static async Task<IResult> RevokeAsync(string id, ApiKeyStore store, ApiKeyRing ring, CancellationToken cancellationToken)
    {
        if (!await store.RevokeAsync(id, cancellationToken))
        {
            throw Unknown(id);
        }

        ring.Changed();
        return Results.NoContent();
    }

    private static async Task<IResult> AuditAsync(long? before, AuditStore store, CancellationToken cancellationToken)
    {
        var entries = await store.ListAsync(before ?? long.MaxValue, PageSize, cancellationToken);
        var next = entries.Count == PageSize ? entries[^1].Seq.ToString(CultureInfo.InvariantCulture) : null;
        return Results.Json(new { Entries = entries, NextBefore = next }, MessageJson.Options);
    }

    private static IResult Told(ApiKeyText text, NewApiKey key) => Results.Json(
        new { text.Id, key.Name, Scope = key.Scope.Name(), key.RequestsPerMinute, key.ExpiresAt, Key = text.Reveal() },
        MessageJson.Options,
        statusCode: StatusCodes.Status201Created);

    private static object Shown(ApiKey key) =>
        new { key.Id, key.Name, key.Scope, key.RequestsPerMinute, key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.LastUsedAt };

    private static MeshException Unknown(string id) => MeshException.NotFound($"There is no key '{id}' that is good.");
}
