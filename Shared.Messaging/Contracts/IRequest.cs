namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// A message that is answered by a <typeparamref name="TReply"/>; carries a <see cref="TaskTypeAttribute"/>.
/// </summary>
/// <typeparam name="TReply">What a worker answers when it succeeds.</typeparam>
#pragma warning disable CA1040 // The reply type is the whole point: it lets the compiler pair a request with its answer.
public interface IRequest<TReply>;
#pragma warning restore CA1040
