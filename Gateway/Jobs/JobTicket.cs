namespace Skipper.Gateway.Jobs;

/// <summary>Who is woken, and for what. The same ticket is never there twice.</summary>
/// <param name="Handler">The key under which an <see cref="IJobHandler"/> is registered.</param>
/// <param name="Name">What it should look at; at most 150 characters.</param>
internal readonly record struct JobTicket(string Handler, string Name);

/// <summary>A ticket whose time has come.</summary>
/// <param name="Ticket">The ticket.</param>
/// <param name="At">
/// The time it was due, UTC: for cron the time of the expression, however late it is; for a wake-up not before what was asked for.
/// </param>
internal readonly record struct JobFiring(JobTicket Ticket, DateTimeOffset At);
