namespace Skipper.Gateway.Docs;

/// <summary>What the API description says about an operation.</summary>
/// <param name="Summary">One line.</param>
/// <param name="Request">An example body; absent = there is none.</param>
/// <param name="Responses">Examples by status.</param>
internal sealed record OperationDocs(string Summary, string? Request, params OperationDocs.Response[] Responses)
{
    public string RequestType { get; init; } = "application/json";

    /// <summary>An example response.</summary>
    internal sealed record Response(int Status, string Description, string? Body = null)
    {
        /// <summary>The media type of the body; absent = JSON, of errors problem+json.</summary>
        public string? Type { get; init; }
    }

    /// <summary>An error, in the one shape that all errors have.</summary>
    public static Response Problem(int status, string code, string detail) => new(
        status,
        detail,
        $$"""{"type":"about:blank","title":"{{code}}","status":{{status}},"detail":"{{detail}}","code":"{{code}}","trace_id":"0af7651916cd43dd8448eb211c80319c"}""");
}
