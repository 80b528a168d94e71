using Skipper.HoldWorker;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("http://127.0.0.1:0");
var options = builder.Configuration.GetRequiredSection(HoldOptions.Section).Get<HoldOptions>()!;
builder.Services.AddSingleton(options);
builder.AddMessaging()
    .Handle<RawJson, RawJson, HoldHandler>(options.Queue, "hold")
    .Concurrency(options.Queue, options.Concurrency);

var app = builder.Build();
app.MapHealthChecks("/readyz");
app.Run();
