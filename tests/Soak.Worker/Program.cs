using Skipper.Shared.Messaging.Hosting;
using Skipper.Soak.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("http://127.0.0.1:8090");
builder.AddMessaging().Handle<SoakWork, SoakEffect, SoakWorkHandler>("soak", "soak").Concurrency("soak", 16);
builder.Services.AddSingleton<EffectLog>();
builder.Services.AddHealthChecks();

var app = builder.Build();
app.MapHealthChecks("/readyz");
app.Run();
