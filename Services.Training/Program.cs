using Skipper.Services.Training;
using Skipper.Shared.Messaging.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("http://127.0.0.1:8082");
builder.AddTrainingService();

var app = builder.Build();
app.MapTrainingService();
app.Run();
