using Skipper.Gateway.Jobs;

namespace Skipper.Gateway.Schedules;

internal static class ScheduleHosting
{
    public static void AddSchedules(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ScheduleStore>();
        builder.AddJobHandler<ScheduleHandler>(Schedule.Handler);
        builder.Services.AddSingleton<ScheduleKeeper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ScheduleKeeper>());
    }
}
